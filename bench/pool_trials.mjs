/**
 * What is measured of a pool. Two workers everywhere.
 *
 * @module
 */
import process from "node:process";
import { median } from "./medians.mjs";
import { fasterRow, heldRow, row } from "./rows.mjs";

const PEERS = ["piscina", "tinypool", "workerpool"];
const APPLY_ASYNC = "applyAsync, tiny, many at once";
const MIB_64 = 64 * 2 ** 20;

const applyAsync = {
  what: APPLY_ASYNC,
  rounds: 7,
  warm: 1,
  async round(stations) {
    const reading = {
      ours: await stations.at("our_pool.ts").ask("applyAsync", 50_000),
      CPython: await stations.at("python_pool.py").ask("applyAsync", 10_000),
    };
    for (const peer of PEERS) reading[peer] = await stations.askPeer(peer, "applyAsync", 10_000);
    return reading;
  },
  rows(readings) {
    const goal = { least: 8, aim: 20 };
    const medianOf = (peer) => median(readings.map((reading) => reading[peer]));
    const present = PEERS.filter((peer) => readings.every((reading) => typeof reading[peer] === "number"));
    const sorted = present.toSorted((a, b) => medianOf(b) - medianOf(a));
    const absent = PEERS.filter((peer) => !present.includes(peer)).map((peer) => ({
      what: APPLY_ASYNC,
      unit: "per second",
      ours: (reading) => reading.ours,
      beside: `${peer} ${readings.at(-1)[peer]}`,
    }));
    return [
      row(APPLY_ASYNC, "per second", "ours", "CPython", "CPython", goal),
      ...sorted.map((peer, place) =>
        row(
          APPLY_ASYNC,
          "per second",
          "ours",
          place === 0 ? `${peer}, best` : peer,
          peer,
          place === 0 ? goal : undefined,
        )
      ),
      ...absent,
    ];
  },
};

const NUMBERS = { kind: "numbers", count: 1_000_000 };

const map = {
  what: "map of 1 000 000 numbers",
  rounds: 7,
  warm: 1,
  round: async (stations) => ({
    ours: await stations.at("our_pool.ts").ask("map", NUMBERS),
    CPython: await stations.at("python_pool.py").ask("map", NUMBERS),
  }),
  rows: () => [row("map of 1 000 000 numbers", "per second", "ours", "CPython", "CPython", { least: 1, aim: 2 })],
};

const apply = {
  what: "apply, one after the other",
  rounds: 7,
  warm: 2,
  round: async (stations) => ({
    ours: await stations.at("our_pool.ts").ask("apply", 2_000),
    raw: await stations.at("raw_socket.ts").ask("roundTrip", 2_000),
    CPython: await stations.at("python_pool.py").ask("apply", 2_000),
  }),
  rows: () => [
    row("apply, one after the other", "ms", "ours", "raw socket", "raw"),
    row("apply, one after the other", "ms", "ours", "CPython", "CPython"),
  ],
};

/** Across cores the kernel's wake-ups decide; on one core the work of both sides does. */
const onOneCore = {
  what: "apply, all processes on one core (taskset)",
  rounds: 7,
  warm: 2,
  round: async (stations) => ({
    ours: await stations.pinned("our_pool.ts").ask("apply", 2_000),
    raw: await stations.pinned("raw_message.ts").ask("roundTrip", 2_000),
    free: await stations.at("our_pool.ts").ask("apply", 2_000),
    freeRaw: await stations.at("raw_message.ts").ask("roundTrip", 2_000),
  }),
  rows: () => [
    row(onOneCore.what, "ms", "ours", "bare exchange, on one core", "raw", { most: 1.5, aim: 1.2 }),
    row("  where the system likes", "ms", "free", "bare exchange", "freeRaw"),
  ],
};

const array = {
  what: "64 MiB there and back",
  rounds: 7,
  warm: 1,
  async round(stations) {
    const python = stations.at("python_pool.py");
    return {
      ours: await stations.at("our_pool.ts").ask("echo", MIB_64),
      bytes: await python.ask("echo", { kind: "bytes", bytes: MIB_64 }),
      array: await python.ask("echo", { kind: "array", bytes: MIB_64 }),
      raw: (await stations.at("raw_socket.ts").ask("latency", { bytes: MIB_64, count: 1 })).p50,
    };
  },
  rows(readings) {
    // The faster of CPython's two ways is the one that counts.
    const medianOf = (kind) => median(readings.map((reading) => reading[kind]));
    const [best, other] = medianOf("bytes") < medianOf("array") ? ["bytes", "array"] : ["array", "bytes"];
    return [
      fasterRow("64 MiB there and back", "ours", `CPython ${best}, best`, best, { least: 4, aim: 8 }),
      fasterRow("64 MiB there and back", "ours", `CPython ${other}`, other),
      row("64 MiB there and back", "ms", "ours", "raw socket", "raw", { most: 2, aim: 1.5 }),
    ];
  },
};

const WORK = { parts: 32, steps: 10_000_000 };
const HALF = { ...WORK, parts: WORK.parts / 2 };
const PYTHON_WORK = { parts: 32, steps: 100_000 };

const cores = {
  what: "CPU-bound work",
  rounds: 7,
  warm: 1,
  async round(stations) {
    const python = stations.at("python_pool.py");
    const plain = ["first", "second"].map((place) => stations.at("plain_work.ts", place));
    return {
      ours: await stations.at("our_pool.ts").ask("work", WORK),
      plain: Math.max(...await Promise.all(plain.map((station) => station.ask("work", HALF)))),
      one: 2 * await plain[0].ask("work", HALF),
      CPython: await python.ask("work", PYTHON_WORK),
      CPythonPlain: await python.ask("plainWork", PYTHON_WORK),
    };
  },
  rows: () => [
    fasterRow("CPU-bound work", "ours", "two plain processes", "plain", { least: 0.95 }),
    fasterRow("CPU-bound work", "ours", "one plain process", "one"),
    fasterRow("  CPython's own, so compared", "CPython", "two plain CPythons", "CPythonPlain"),
  ],
};

const memory = {
  what: "resident memory of a worker",
  rounds: 5,
  round: (stations) => stations.at("our_pool.ts").ask("memory"),
  rows: () => [
    row("resident memory of a worker", "bytes", "worker", "empty module", "empty", { most: 1.5, aim: 1.25 }),
    row("  shared with nobody", "bytes", "workerUnshared", "empty module", "emptyUnshared", { most: 1.3, aim: 1.15 }),
  ],
};

const TASKS = 100_000;

const flat = {
  what: "100 000 tasks",
  rounds: 1,
  round: (stations) => stations.at("our_pool.ts").ask("flat", TASKS),
  rows: () => [
    // Engines collect when they like.
    heldRow("memory after 100 000 tasks", "bytes", "resident", "after", "before them", "before", 1.1),
    ...["descriptors", "processes", "listeners"].flatMap((name) => [
      heldRow(`${name} after 100 000 tasks`, "count", name, "after", "before them", "before", 1),
      heldRow(`  after the pool's end`, "count", name, "ended", "before the pool", "without", 1),
    ]),
  ],
};

const recovery = {
  what: "kill -9 to the next value",
  rounds: 7,
  warm: 1,
  round: async (stations) => ({
    ours: await stations.at("our_pool.ts").ask("recovery"),
    CPython: await stations.at("python_pool.py").ask("recovery"),
  }),
  rows: () => [row("kill -9 to the next value", "ms", "ours", "CPython", "CPython")],
};

export const POOL_TRIALS = [
  applyAsync,
  map,
  apply,
  ...process.platform === "linux" ? [onOneCore] : [],
  array,
  cores,
  memory,
  flat,
  recovery,
];
