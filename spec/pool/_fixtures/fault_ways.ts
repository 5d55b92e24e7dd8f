/** Faults from outside: how workers are struck, and the ledger that counts how often each task settles. */
import process from "node:process";
import { readFileSync } from "node:fs";
import { type AsyncResult, type Pool, WorkerLostError } from "../../../mod.ts";
import { assert, assertEquals } from "../../_support/assert.ts";
import { until } from "../../_support/async.ts";
import { square } from "../../_support/arithmetic.ts";
import { type Blow, tally } from "./fault_strike.ts";
import { lines } from "../../_support/scratch.ts";

export const MANY = 10_000;

/** How a worker is struck, and what becomes of the task that it had begun. */
export type Way = "kill" | "stop, kill" | "stop, continue" | "exit";
export const WAYS: readonly Way[] = ["kill", "stop, kill", "stop, continue", "exit"];

export function blowOf(way: Way): Blow {
  return way.startsWith("stop") ? "stop" : way as Blow;
}

/** The state letter that the system gives for a process: `T` is stopped, `S` waits for something. */
export function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))![1]!;
  } catch {
    return "X";
  }
}

/** Waits until a worker has struck itself; one that has stopped is killed or continued. */
export async function finishBlow(way: Way, at: string): Promise<void> {
  await until(() => lines(at).length === 1, "the blow has fallen");
  await finishStop(way, Number(lines(at)[0]));
}

export async function finishStop(way: Way, pid: number): Promise<void> {
  if (blowOf(way) !== "stop") return;
  await until(() => stateOf(pid) === "T", "the worker is stopped");
  process.kill(pid, way === "stop, kill" ? "SIGKILL" : "SIGCONT");
}

/** Strikes a worker from outside. */
export async function hit(way: Exclude<Way, "exit">, pid: number): Promise<void> {
  process.kill(pid, way === "kill" ? "SIGKILL" : "SIGSTOP");
  await finishStop(way, pid);
}

/** Counts how often each task settles, and keeps how. */
export class Ledger {
  readonly #pool: Pool;
  readonly #counts: number[] = [];
  readonly #outcomes: Promise<PromiseSettledResult<unknown>>[] = [];

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  // deno-lint-ignore no-explicit-any
  add(fn: (...args: any[]) => unknown, args: unknown[], options: { timeout?: number } = {}): AsyncResult<unknown> {
    const at = this.#counts.push(0) - 1;
    const count = () => void this.#counts[at]!++;
    const result = this.#pool.applyAsync(fn, args, { ...options, callback: count, errorCallback: count });
    this.#outcomes.push(Promise.allSettled([result]).then(([settled]) => settled!));
    return result;
  }

  /** How all tasks have ended, once the pool runs another task; ends the pool and looks that none settled twice. */
  async close(): Promise<PromiseSettledResult<unknown>[]> {
    const outcomes = await Promise.all(this.#outcomes);
    assertEquals(await this.#pool.apply(square, [3]), 9);
    return await this.end(outcomes);
  }

  async end(outcomes?: PromiseSettledResult<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
    this.#pool.close();
    await this.#pool.join();
    outcomes ??= await Promise.all(this.#outcomes);
    assertEquals(this.#counts.findIndex((count) => count !== 1), -1);
    return outcomes;
  }
}

/** What the task that was struck ends with, when its worker had begun it. */
export function assertStruck(outcome: PromiseSettledResult<unknown>, way: Way, at: string, value: unknown): void {
  if (way === "stop, continue") return assertEquals(outcome, { status: "fulfilled", value });
  assert(outcome.status === "rejected" && outcome.reason instanceof WorkerLostError, JSON.stringify(outcome));
  const { pid, exitCode, signal } = outcome.reason;
  const end = way === "exit" ? [3, null] : [-9, "SIGKILL"];
  assertEquals([pid, exitCode, signal], [Number(lines(at)[0]), ...end]);
}

/** Workers of a pool learn that tasks are tiny, and are sent many ahead from then on. */
export async function warm(pool: Pool): Promise<void> {
  await pool.map(square, Array.from({ length: 1000 }, (_, n) => n), { chunksize: 1 });
}

/** All tasks gave their values, and each ran once. */
export function assertAllRun(outcomes: PromiseSettledResult<unknown>[], path: string): void {
  const numbers = Array.from(outcomes, (_, n) => n);
  assertEquals(outcomes.map((outcome) => outcome.status === "fulfilled" ? outcome.value : outcome.reason), numbers);
  assertEquals(lines(path).map(Number).sort((a, b) => a - b), numbers);
}

export function addMany(ledger: Ledger, path: string): void {
  for (let n = 0; n < MANY; n++) ledger.add(tally, [n, path]);
}

/** Lets no event loop turn until a fact has been seen so many times in a row, a millisecond apart. */
export function spinUntil(fact: () => boolean, times: number, what: string): void {
  const end = Date.now() + 10_000;
  for (let seen = 0; seen < times;) {
    seen = fact() ? seen + 1 : 0;
    for (const next = performance.now() + 1; performance.now() < next;);
    if (Date.now() > end) throw new Error(`${what} did not come true`);
  }
}
