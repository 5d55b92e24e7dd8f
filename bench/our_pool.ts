/**
 * Station: a pool of two workers.
 *
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { Pool } from "../mod.ts";
import { busy } from "./busy_task.ts";
import { type Held, held, resident, unshared } from "./held.ts";
import { payloads } from "./payloads.ts";
import { startPlain } from "./plain.ts";
import { serve } from "./serve.ts";
import { echo, external, pid, tiny, work } from "./tasks.ts";
import { latency, type Percentiles, percentiles, rate, timed } from "./timing.ts";

const WORKERS = 2;
/** Milliseconds after which a process at rest has the memory that it keeps. */
const SETTLED = 300;
/** Milliseconds after which it has given back what it does. */
const RESTED = 10_000;

let opened: Pool | undefined;
const pool = () => opened ??= new Pool(WORKERS);
const lists = new Map<string, unknown[]>();
let array: Float64Array | undefined;

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Memory of a worker that has run a task, and of a module that does nothing. */
async function memory(): Promise<Record<"worker" | "empty" | "workerUnshared" | "emptyUnshared", number>> {
  const idle = startPlain("./idle.ts");
  const pool = new Pool(WORKERS);
  const workers = await pool.broadcast(pid);
  await sleep(SETTLED);
  const ofWorker = (bytes: (pid: number) => number) => workers.reduce((sum, pid) => sum + bytes(pid), 0) / WORKERS;
  const readings = {
    worker: ofWorker(resident),
    empty: resident(idle.pid),
    workerUnshared: ofWorker(unshared),
    emptyUnshared: unshared(idle.pid),
  };
  await pool.terminate();
  idle.kill();
  await idle.ended;
  return readings;
}

/** Bytes outside of the heap of a worker that has got and given so many, some time after. */
async function externalAfter(bytes: number): Promise<{ after: number }> {
  const pool = new Pool(1);
  await pool.apply(echo, [new Float64Array(bytes / 8).fill(1.5)]);
  await sleep(RESTED);
  const after = await pool.apply(external);
  await pool.terminate();
  return { after };
}

/** Memory of this process before so many tasks were under way at once, and some time after. */
async function burst(tasks: number): Promise<{ before: number; after: number }> {
  const pool = new Pool(WORKERS);
  await pool.apply(tiny, [1]);
  const before = resident(process.pid);
  await rate((n) => pool.applyAsync(tiny, [n]), tasks);
  await sleep(RESTED);
  const after = resident(process.pid);
  await pool.terminate();
  return { before, after };
}

/** Pools before the measured one, and rounds of tasks: what a process and its engine keep for all time is there then. */
const WARM = 3;

/** What is held without a pool, before and after so many tasks, a thousand at once, and after the pool's end. */
async function flat(tasks: number): Promise<Record<"without" | "before" | "after" | "ended", Held>> {
  for (let pools = 0; pools < WARM; pools++) {
    const pool = new Pool(WORKERS);
    await pool.apply(tiny, [1]);
    await pool.terminate();
  }
  const without = await heldAtRest();
  const pool = new Pool(WORKERS);
  const run = async () => {
    for (let done = 0; done < tasks; done += 1_000) await rate((n) => pool.applyAsync(tiny, [n]), 1_000);
  };
  for (let rounds = 0; rounds < WARM; rounds++) await run();
  const before = await heldAtRest();
  await run();
  const after = await heldAtRest();
  await pool.terminate();
  return { without, before, after, ended: await heldAtRest() };
}

async function heldAtRest(): Promise<Held> {
  await sleep(SETTLED);
  return held();
}

/** From a pool's making to its first value. */
async function firstValue(): Promise<number> {
  let pool: Pool | undefined;
  const time = await timed(() => (pool = new Pool(WORKERS)).apply(tiny, [1]));
  await pool!.terminate();
  return time;
}

/** From the death of one of two busy workers to the value of a task that waits for its successor. */
async function recovery(): Promise<number> {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const pool = new Pool(WORKERS);
  try {
    const [victim] = await pool.broadcast(pid);
    const paths = Array.from({ length: WORKERS }, (_, n) => `${folder}/${n}`);
    for (const path of paths) pool.applyAsync(busy, [path]);
    while (!paths.every((path) => existsSync(path))) await sleep(1);
    return await timed(() => {
      process.kill(victim!, "SIGKILL");
      return pool.apply(tiny, [1]);
    });
  } finally {
    await pool.terminate();
    rmSync(folder, { recursive: true });
  }
}

serve({
  applyAsync: (count: number) => rate((n) => pool().applyAsync(tiny, [n]), count),
  apply: (count: number) => latency((n) => pool().apply(tiny, [n]), count),
  async map({ kind, count, chunksize }: { kind: string; count: number; chunksize?: number }): Promise<number> {
    const items = lists.get(kind) ?? payloads(kind, count);
    lists.set(kind, items);
    return count / await timed(() => pool().map(echo, items, chunksize === undefined ? {} : { chunksize })) * 1000;
  },
  echo(bytes: number): Promise<number> {
    const given = array ??= new Float64Array(bytes / 8).fill(1.5);
    return timed(() => pool().apply(echo, [given]));
  },
  latency({ bytes, count }: { bytes: number; count: number }): Promise<Percentiles> {
    const given = new Uint8Array(bytes);
    return percentiles(() => pool().apply(echo, [given]), count);
  },
  firstValue,
  work: ({ parts, steps }: { parts: number; steps: number }) =>
    timed(() => pool().map(work, Array.from({ length: parts }, () => steps), { chunksize: 1 })),
  memory,
  external: externalAfter,
  burst,
  flat,
  recovery,
}, () => opened?.terminate());
