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
/** How many puts a child has under way that does not await each. */
const AT_ONCE = 512;

/** What some children put, one by one and many at once, in items a second. */
function fromChildren(what, { bound, producers = 1, count, oneByOne, atOnce }) {
  const rows = [row(`${what}, put one by one`, "per second", "oneByOne", "CPython", "CPython", oneByOne)];
  if (atOnce) rows.push(row(`${what}, put ${AT_ONCE} at once`, "per second", "atOnce", "CPython", "CPython", atOnce));
  return {
    what,
    rounds: 5,
    warm: 2,
    async round(stations) {
      const ours = stations.at("our_shared.ts");
      const reading = {
        oneByOne: await ours.ask("fromChildren", { bound, producers, count, together: 1 }),
        CPython: await stations.at("python_shared.py").ask("fromChildren", { bound, producers, count }),
      };
      if (!atOnce) return reading;
      return { ...reading, atOnce: await ours.ask("fromChildren", { bound, producers, count, together: AT_ONCE }) };
    },
    rows: () => rows,
  };
}

/** What a child takes of what is put here. */
const toChild = {
  what: "Queue to a child",
  rounds: 5,
  warm: 2,
  async round(stations) {
    const ours = stations.at("our_shared.ts");
    return {
      oneByOne: await ours.ask("toChild", { count: 100_000, together: 1 }),
      atOnce: await ours.ask("toChild", { count: 100_000, together: 100_000 }),
      CPython: await stations.at("python_shared.py").ask("toChild", 50_000),
    };
  },
  rows: () => [
    row(`${toChild.what}, put one by one`, "per second", "oneByOne", "CPython", "CPython", QUEUE),
    row(`${toChild.what}, put at once`, "per second", "atOnce", "CPython", "CPython", QUEUE),
  ],
};

const putTimes = {
  what: "a put of a child into a queue of 10 000",
  rounds: 5,
  warm: 2,
  async round(stations) {
    return {
      ours: await stations.at("our_shared.ts").ask("putTimes", 20_000),
      CPython: await stations.at("python_shared.py").ask("putTimes", 20_000),
    };
  },
  rows: () =>
    ["p50", "p99"].map((name) => ({
      what: `${putTimes.what}, ${name}`,
      unit: "ms",
      ours: ({ ours }) => ours[name],
      beside: "CPython",
      theirs: ({ CPython }) => CPython[name],
    })),
};

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
    raw: 2 * await stations.at("raw_message.ts").ask("roundTrip", 2_000),
  }),
  rows: () => [row(lock.what, "ms", "ours", "two bare exchanges", "raw", { most: 1.3, aim: 1.1 })],
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
  fromChildren("Queue from a child", {
    bound: 0,
    count: 51_200,
    oneByOne: { least: 1.5, aim: 3 },
    atOnce: { least: 2, aim: 5 },
  }),
  fromChildren("Queue of 10 000 from a child", { bound: 10_000, count: 50_000, oneByOne: { least: 0.6, aim: 1 } }),
  fromChildren("Queue of 100 from a child", { bound: 100, count: 20_000, oneByOne: { least: 0.3, aim: 0.5 } }),
  fromChildren("Queue of 1 000 from three children", {
    bound: 1_000,
    producers: 3,
    count: 10_000,
    oneByOne: { least: 0.3, aim: 0.5 },
  }),
  putTimes,
  toChild,
  array,
  manager,
  lock,
  memory,
  flat,
];
