/**
 * What is measured of values on their way: encoding by size and kind, maps of many items, and what large ones leave.
 *
 * @module
 */
import { row } from "./rows.mjs";

const KINDS = ["numbers", "strings", "objects", "nested", "bytes", "bigints", "dates", "mixed"];
const SHORT = 1_000;
const LONG = [10_000, 100_000, 1_000_000];
/** The time of an item is the same however long the list is; caches and the collector take their share. */
const STRAIGHT = { most: 3 };

const MIB_2 = 2 ** 21;

/** A number with its thousands apart. */
function spaced(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

function encodingOf(kind) {
  return {
    what: `${kind}, encoded and decoded`,
    rounds: 3,
    warm: 1,
    async round(stations) {
      const reading = {};
      for (const count of [SHORT, ...LONG]) {
        reading[count] = await stations.at("our_codec.ts").ask("perItem", { kind, count });
      }
      return reading;
    },
    rows: () =>
      LONG.map((count) => row(`one of ${spaced(count)} ${kind}`, "ns", count, "one of 1 000", SHORT, STRAIGHT)),
  };
}

const CHUNKS = [1_000, 10_000, 100_000];

const chunks = {
  what: "map of 1 000 000 numbers, by chunk",
  rounds: 7,
  warm: 2,
  async round(stations) {
    const reading = {};
    for (const chunksize of CHUNKS) {
      reading[chunksize] = await stations.at("our_pool.ts").ask("map", {
        kind: "numbers",
        count: 1_000_000,
        chunksize,
      });
    }
    return { ...reading, best: Math.max(...Object.values(reading)) };
  },
  rows: () =>
    CHUNKS.map((size) => ({
      ...row(`map, chunks of ${spaced(size)}`, "per second", size, "best chunk size", "best", { most: 1.3, aim: 1.1 }),
      ratio: (reading) => reading.best / reading[size],
    })),
};

function mapOf(kind, goal) {
  const what = `map of 200 000 ${kind}`;
  const argument = { kind, count: 200_000 };
  return {
    what,
    rounds: 7,
    warm: 3,
    round: async (stations) => ({
      ours: await stations.at("our_pool.ts").ask("map", argument),
      CPython: await stations.at("python_pool.py").ask("map", argument),
    }),
    rows: () => [row(what, "per second", "ours", "CPython", "CPython", goal)],
  };
}

const held = {
  what: "memory after 64 MiB",
  rounds: 1,
  round: (stations) => stations.at("our_pool.ts").ask("external", 2 ** 26),
  rows: () => [{
    ...row("external memory of a worker 10 s after 64 MiB", "bytes", "after", "2 MiB", "limit", { most: 1 }),
    theirs: () => MIB_2,
    ratio: ({ after }) => after / MIB_2,
  }],
};

const burst = {
  what: "120 000 tasks at once",
  rounds: 1,
  round: (stations) => stations.at("our_pool.ts").ask("burst", 120_000),
  rows: () => [row("memory 10 s after 120 000 tasks at once", "bytes", "after", "before them", "before")],
};

export const CODEC_TRIALS = [
  ...KINDS.map(encodingOf),
  chunks,
  mapOf("strings", { least: 1, aim: 2 }),
  mapOf("objects", { least: 1, aim: 1.5 }),
  held,
  burst,
];
