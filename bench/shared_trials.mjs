/**
 * What is measured of queues, locks and shared memory, between two processes.
 *
 * @module
 */
import { median } from "./medians.mjs";
import { fasterRow, heldRow, row } from "./rows.mjs";

const MIB_64 = 64 * 2 ** 20;
/** Milliseconds. */
const PATIENCE = 120_000;
const QUEUE = { least: 3, aim: 5 };

/** One producer, one consumer: the measure names who is the child. */
function passing(measure, what) {
  const count = { ours: 100_000, CPython: 50_000 };
  const puts = { oneByOne: `${what}, put one by one`, atOnce: `${what}, put at once` };
  return {
    what,
    rounds: 5,
    warm: 2,
    async round(stations) {
      const ours = stations.at("our_shared.ts");
      return {
        oneByOne: await ours.ask(measure, { count: count.ours, together: 1 }),
        atOnce: await ours.ask(measure, { count: count.ours, together: count.ours }),
        CPython: await stations.at("python_shared.py").ask(measure, count.CPython),
      };
    },
    rows: () => Object.entries(puts).map(([ours, what]) => row(what, "per second", ours, "CPython", "CPython", QUEUE)),
  };
}

const array = {
  what: "64 MiB from a child by queue",
  rounds: 7,
  warm: 1,
  async round(stations) {
    const python = stations.at("python_shared.py");
    return {
      ours: await stations.at("our_shared.ts").ask("arrayFromChild", MIB_64),
      bytes: await python.ask("arrayFromChild", { kind: "bytes", bytes: MIB_64 }),
      array: await python.ask("arrayFromChild", { kind: "array", bytes: MIB_64 }),
    };
  },
  rows(readings) {
    // The faster of CPython's two ways is the one that counts.
    const medianOf = (kind) => median(readings.map((reading) => reading[kind]));
    const [best, other] = medianOf("bytes") < medianOf("array") ? ["bytes", "array"] : ["array", "bytes"];
    return [
      fasterRow(array.what, "ours", `CPython ${best}, best`, best, { least: 2 }),
      fasterRow(array.what, "ours", `CPython ${other}`, other),
    ];
  },
};

const manager = {
  what: "Manager().Queue(), put one by one",
  rounds: 7,
  warm: 2,
  async round(stations) {
    const ours = stations.at("our_shared.ts");
    return {
      ours: await ours.ask("managerPut", { kind: "unbounded", count: 2_000 }),
      bounded: await ours.ask("managerPut", { kind: "bounded", count: 2_000 }),
      CPython: await stations.at("python_shared.py").ask("managerPut", 2_000),
    };
  },
  rows: () => [
    row(manager.what, "ms", "ours", "CPython", "CPython", { most: 1 }),
    row("  into one with a bound", "ms", "bounded", "CPython", "CPython", { most: 1 }),
  ],
};

const lock = {
  what: "Lock of another process, acquire + release",
  rounds: 9,
  warm: 2,
  round: async (stations) => ({
    ours: await stations.at("our_shared.ts").ask("locking", 2_000),
    raw: await stations.at("raw_socket.ts").ask("roundTrip", 2_000),
  }),
  rows: () => [row(lock.what, "ms", "ours", "raw socket, once", "raw", { most: 2.5 })],
};

let written = 0;

const memory = {
  what: "64 MiB of SharedMemory, written and seen",
  rounds: 7,
  warm: 1,
  round: (stations) => stations.at("our_shared.ts").ask("memory", written = written % 255 + 1),
  rows: () => [
    row(memory.what, "ms", "seen", "written here", "own"),
    row("  memory that two processes have of it", "bytes", "held", "its size", "size", { most: 1.01 }),
  ],
};

const flat = {
  what: "1 000 000 items through a queue of 1 000",
  rounds: 1,
  round: (stations) => stations.at("our_shared.ts").ask("flat", 1_000_000, PATIENCE),
  rows: () =>
    ["owner", "child"].map((name) =>
      // Engines collect when they like.
      heldRow(`memory of the ${name} after 1 000 000 items`, "bytes", name, "after", "before them", "before", 1.1)
    ),
};

export const SHARED_TRIALS = [
  passing("fromChild", "Queue from a child"),
  passing("toChild", "Queue to a child"),
  array,
  manager,
  lock,
  memory,
  flat,
];
