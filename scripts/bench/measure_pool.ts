/**
 * Measures a pool of two workers on the runtime that runs this, beside a raw
 * socket and the pools that others have made; prints one JSON object of readings.
 * Started by run.mjs.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { Pool } from "../../mod.ts";
import { PEERS } from "./peers.ts";
import { roundTrip } from "./raw_socket.ts";
import { echo, tiny, work } from "./tasks.ts";

const name = "Deno" in globalThis ? "Deno" : "Bun";
const MILLION = 1_000_000;
const ARRAY = 64 * 2 ** 20;
/** Milliseconds. */
const PATIENCE = 30_000;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const readings: number[] = [];
  for (let round = 0; round < rounds; round++) readings.push(await measure());
  return median(readings);
}

/** Processes that this one has started and that live. */
function children(): number[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    try {
      return new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** Some peers never answer on some runtimes. */
function within<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE)),
  ]);
}

/** Tasks a second: all are submitted, then all are awaited. */
async function rate(submit: (n: number) => PromiseLike<unknown>, count: number): Promise<number> {
  const milliseconds = await timed(() => Promise.all(Array.from({ length: count }, (_, n) => submit(n))));
  return count / milliseconds * 1000;
}

/** Milliseconds for one call after the other. */
async function latency(call: (n: number) => PromiseLike<unknown>, count: number): Promise<number> {
  const milliseconds = await timed(async () => {
    for (let n = 0; n < count; n++) await call(n);
  });
  return milliseconds / count;
}

function held(): { resident: number; descriptors: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  return {
    resident: Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1024,
    descriptors: readdirSync("/proc/self/fd").length,
  };
}

/** Memory and descriptors after the first hundred thousand tasks, and after five times as many more, a thousand at once. */
async function flatness(pool: Pool): Promise<{ early: ReturnType<typeof held>; late: ReturnType<typeof held> }> {
  const hundredThousand = async () => {
    for (let round = 0; round < 100; round++) await rate((n) => pool.apply(tiny, [n]), 1_000);
  };
  await hundredThousand();
  const early = held();
  for (let round = 0; round < 5; round++) await hundredThousand();
  return { early, late: held() };
}

/** How much faster two workers do the same work than one, to what the machine gives two processes at all. */
async function scaling(): Promise<number> {
  const parts = Array.from({ length: 16 }, () => 4_000_000);
  const one = new Pool(1);
  const two = new Pool(2);
  await Promise.all([one.broadcast(work, [1000]), two.broadcast(work, [1000])]);
  const alone = await medianOf(3, () => timed(() => one.map(work, parts, { chunksize: 1 })));
  const together = await medianOf(3, () => timed(() => two.map(work, parts, { chunksize: 1 })));
  await Promise.all([one.terminate(), two.terminate()]);
  return alone / together;
}

if (import.meta.main) {
  const pool = new Pool(2);
  await rate((n) => pool.applyAsync(tiny, [n]), 20_000);
  const applyAsync = await medianOf(7, () => rate((n) => pool.applyAsync(tiny, [n]), 50_000));
  const numbers = Array.from({ length: MILLION }, (_, n) => n);
  const map = await medianOf(5, async () => MILLION / await timed(() => pool.map(tiny, numbers)) * 1000);
  const apply = await medianOf(5, () => latency((n) => pool.apply(tiny, [n]), 2_000));
  const array = new Float64Array(ARRAY / 8).fill(1.5);
  await pool.apply(echo, [array]);
  const bytes = await medianOf(5, async () => 2 * ARRAY / await timed(() => pool.apply(echo, [array])) * 1000);
  const flat = await flatness(pool);
  await pool.terminate();

  const peers: Record<string, number | null> = {};
  for (const [peer, open] of Object.entries(PEERS)) {
    try {
      const { run, close } = await within(open());
      await within(rate(run, 2_000));
      peers[peer] = await within(medianOf(5, () => rate(run, 10_000)));
      await within(Promise.resolve(close()));
    } catch (error) {
      console.error(`${peer} does not run on ${name}: ${error}`);
      peers[peer] = null;
    }
  }
  const readings = {
    applyAsync,
    map,
    apply,
    raw: await roundTrip(2_000),
    bytes,
    flat,
    scaling: await scaling(),
    peers,
  };
  console.log(JSON.stringify({ runtime: name, ...readings }));
  // What a peer leaves running is not waited for.
  for (const child of children()) process.kill(child, "SIGKILL");
  process.exit(0);
}
