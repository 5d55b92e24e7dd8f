/**
 * Options of a pool, checked when it is made.
 *
 * @module
 */
import type { Setting } from "../launch.ts";
import { checkSetting } from "../process_options.ts";
import type { Target } from "../target.ts";

/** Options of {@linkcode Pool}. */
export interface PoolOptions extends Setting {
  /** Number of workers; default {@linkcode cpuCount}. */
  processes?: number;
  /** Runs in every worker before its first task; one that throws fails the worker. */
  initializer?: Target;
  /** Arguments of the initializer. */
  initargs?: unknown[];
  /** So many workers in a row may fail to start before the pool is broken; default 3. */
  maxRestarts?: number;
  /** Milliseconds that a task has to give way after it was cancelled, and a worker after SIGTERM; default 1000. */
  killGrace?: number;
  /** Names the workers: `NAMEWorker-N`; default `Pool`. */
  name?: string;
}

/** Checks what a user gave. @throws {TypeError} an option is of the wrong kind */
export function checkPoolOptions(options: PoolOptions): void {
  const wrong = (option: string, kind: string) => new TypeError(`Cannot make pool: ${option} is not ${kind}`);
  if (typeof options !== "object") throw wrong("the argument", "an object of options");
  const { initargs, maxRestarts, name } = options as Record<string, unknown>;
  if (initargs !== undefined && !Array.isArray(initargs)) throw wrong("initargs", "an array");
  if (maxRestarts !== undefined && (typeof maxRestarts !== "number" || Number.isNaN(maxRestarts))) {
    throw wrong("maxRestarts", "a number");
  }
  if (name !== undefined && typeof name !== "string") throw wrong("name", "a string");
  checkSetting(options, wrong);
}

/** The number of workers. @throws {TypeError} it is no whole number @throws {RangeError} it is below 1 */
export function sizeOf(processes: unknown): number {
  if (typeof processes !== "number" || !Number.isInteger(processes)) {
    throw new TypeError("Cannot make pool: processes is not a whole number");
  }
  if (processes < 1) throw new RangeError(`Cannot make pool: it needs at least 1 process, not ${processes}`);
  return processes;
}
