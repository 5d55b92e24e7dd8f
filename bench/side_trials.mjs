/**
 * The same measured of everybody: our pool, CPython's, those of others on the same runtime, and the bare runtime. Two
 * workers everywhere.
 *
 * @module
 */
import { median } from "./medians.mjs";

const PEERS = ["piscina", "tinypool", "workerpool"];
/** Who is measured, in the order of the columns. */
export const SIDES = ["ours", "CPython", ...PEERS, "bare runtime"];

/** Payloads, and how many follow each other in a round. */
const SIZES = [
  { name: "no bytes", bytes: 0, count: 1_000 },
  { name: "1 KiB", bytes: 2 ** 10, count: 1_000 },
  { name: "64 KiB", bytes: 2 ** 16, count: 300 },
  { name: "1 MiB", bytes: 2 ** 20, count: 60 },
  { name: "64 MiB", bytes: 2 ** 26, count: 5 },
];

/** What our own station and CPython's measure, the peers, and who else there is. */
async function everybody(stations, measure, argument, others = {}) {
  const reading = {
    ours: await stations.at("our_pool.ts").ask(measure, argument),
    CPython: await stations.at("python_pool.py").ask(measure, argument),
    ...others,
  };
  for (const peer of PEERS) reading[peer] = await stations.askPeer(peer, measure, argument);
  return reading;
}

/** A trial whose readings are numbers, side by side. */
function sideBySide(what, unit, measure, argument, rounds, others) {
  return {
    what,
    rounds,
    warm: 1,
    round: (stations) => everybody(stations, measure, argument, others),
    rows: (readings) => [lineOf(what, unit, readings, (value) => value)],
  };
}

/** A trial of one size, whose readings are percentiles. */
function latencyOf({ name, bytes, count }) {
  const what = `${name} there and back`;
  return {
    what,
    rounds: 3,
    async round(stations) {
      const argument = { bytes, count };
      const bare = await stations.at("raw_socket.ts").ask("latency", argument);
      return everybody(stations, "latency", argument, { "bare runtime": bare });
    },
    rows: (readings) =>
      ["p50", "p90", ...(count < 100 ? [] : ["p99"]), "max"].map((part) =>
        lineOf(`${what}, ${part}`, "ms", readings, (value) => value[part])
      ),
  };
}

/** One line: for each side the median of its readings, or the word for why there are none. */
function lineOf(what, unit, readings, valueOf) {
  const sides = {};
  for (const side of SIDES) {
    const values = readings.map((reading) => reading[side]).filter((value) => value !== undefined);
    const word = values.find((value) => typeof value === "string");
    if (values.length > 0) sides[side] = word ?? median(values.map(valueOf));
  }
  return { what, unit, sides };
}

const memory = {
  what: "memory of a worker",
  rounds: 3,
  async round(stations) {
    const reading = await everybody(stations, "memory", null);
    return { ...reading, ours: reading.ours.worker, "bare runtime": reading.ours.empty };
  },
  rows: (readings) => [lineOf("memory of a worker", "bytes", readings, (value) => value)],
};

const recovery = {
  what: "kill -9 to the next value",
  rounds: 3,
  async round(stations) {
    const reading = await everybody(stations, "recovery", null);
    // Nobody can kill a thread.
    return Object.fromEntries(Object.entries(reading).map(([side, value]) => [side, value ?? "threads"]));
  },
  rows: (readings) => [lineOf("kill -9 to the next value", "ms", readings, (value) => value)],
};

export const SIDE_TRIALS = [
  sideBySide("tiny tasks, many at once", "per second", "applyAsync", 10_000, 3),
  sideBySide("a pool's first value", "ms", "firstValue", null, 5),
  ...SIZES.map(latencyOf),
  memory,
  recovery,
];
