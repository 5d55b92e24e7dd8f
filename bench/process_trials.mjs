/**
 * What is measured of processes and forks.
 *
 * @module
 */
import { heldRow, row } from "./rows.mjs";

const START = { most: 1.6, aim: 1.3 };

const start = {
  what: "Process start to join",
  rounds: 15,
  warm: 1,
  async round(stations) {
    const ours = stations.at("our_process.ts");
    const python = stations.at("python_pool.py");
    return {
      empty: await ours.ask("empty"),
      process: await ours.ask("process"),
      besideLibrary: await ours.ask("processBesideLibrary"),
      fork: await python.ask("start", "fork"),
      spawn: await python.ask("start", "spawn"),
    };
  },
  rows: () => [
    row("Process start to join", "ms", "process", "empty module", "empty", START),
    row("Process start to join", "ms", "process", "CPython, spawn", "spawn"),
    row("Process start to join", "ms", "process", "CPython, fork", "fork"),
    row("  target beside the library", "ms", "besideLibrary", "empty module", "empty", START),
  ],
};

/** The library as it is published, each runtime's own part of it; so many starts of each, in turns. */
const published = {
  what: "Process start to join, as published",
  isPublished: true,
  rounds: 1,
  round: (stations) => stations.at("our_process.ts").ask("starts", 100),
  rows: () => [
    ...percentileRows("Process start to join, as published", "process", { deno: 1.15, bun: 1.6 }),
    ...percentileRows("  target beside the library", "processBesideLibrary", { deno: 1.5, bun: 3 }),
  ],
};

function percentileRows(what, name, most) {
  return ["p50", "p99"].map((part) => ({
    what: `${what}, ${part}`,
    unit: "ms",
    ours: (reading) => reading[name][part],
    beside: "empty module",
    theirs: (reading) => reading.empty[part],
    ...part === "p50" && { goals: most },
  }));
}

const fork = {
  what: "fork() to the child's next line",
  rounds: 15,
  warm: 1,
  async round(stations) {
    const ours = stations.at("our_process.ts");
    const python = stations.at("python_pool.py");
    return {
      empty: await ours.ask("empty"),
      ...await ours.ask("fork"),
      forked: await python.ask("forked"),
      spawned: await python.ask("spawned"),
    };
  },
  rows: () => [
    {
      ...row("fork() to the child's next line", "ms", "reached", "its own path", "own", { most: 1.6 }),
      // What remains after the program's own way to the fork.
      ratio: ({ reached, own, empty }) => (reached - own) / empty,
    },
    row("fork() to the child's next line", "ms", "reached", "CPython, os.fork", "forked"),
    row("fork() to the child's next line", "ms", "reached", "CPython, spawn", "spawned"),
  ],
};

const forks = {
  what: "forks in sequence",
  rounds: 1,
  round: (stations) => stations.at("our_process.ts").ask("forks"),
  rows: ([{ forks }]) => [
    heldRow(`memory after ${forks} forks`, "bytes", "resident", "late", "after 100", "early", 1.2),
    heldRow(`descriptors after ${forks} forks`, "count", "descriptors", "late", "after 100", "early", 1),
    row("a fork late in the sequence", "ms", "last", "of the first 100", "first"),
  ],
};

export const PROCESS_TRIALS = [start, published];
export const FORK_TRIALS = [fork, forks];
