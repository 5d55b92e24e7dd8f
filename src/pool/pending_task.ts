/**
 * What a user has asked a pool for, while it is under way: where the outcome of
 * its jobs goes, and how they are cancelled. Callbacks are the user's code: what
 * they throw is printed and stops nothing.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { formatError } from "../runtime/format_error.ts";
import { AsyncResult, type Callbacks, type Cancellable } from "./async_result.ts";
import type { Task, TaskOutcome } from "./task.ts";

/** Takes jobs out of a pool. */
export type WithdrawTasks = (jobs: readonly Task[], reason: unknown) => void;

const NONE: readonly Task[] = [];

/** One result to be. An object, not closures: there may be a million. */
export class PendingTask<R> implements TaskOutcome, Cancellable {
  readonly result: AsyncResult<R>;
  jobs: readonly Task[] = NONE;
  readonly #callbacks: Callbacks<R> | undefined;
  readonly #withdraw: WithdrawTasks;

  /** @throws {TypeError} the options are none, or a callback is no function */
  constructor(withdraw: WithdrawTasks, callbacks: Callbacks<R> | undefined) {
    if (callbacks !== undefined) checkCallbacks(callbacks);
    this.#withdraw = withdraw;
    this.#callbacks = callbacks;
    this.result = new AsyncResult<R>(this);
  }

  value(value: unknown): void {
    if (this.result.ready()) return;
    this.jobs = NONE; // a result that is kept keeps nothing else
    AsyncResult.settle(this.result, "fulfilled", value);
    const callback = this.#callbacks?.callback;
    if (callback !== undefined) void callUserCallback("callback", callback, value as R);
  }

  error(error: unknown): void {
    if (this.result.ready()) return;
    this.jobs = NONE;
    AsyncResult.settle(this.result, "rejected", error);
    const callback = this.#callbacks?.errorCallback;
    if (callback !== undefined) void callUserCallback("errorCallback", callback, error as Error);
  }

  cancel(reason: unknown): boolean {
    if (this.result.ready()) return false;
    const { jobs } = this;
    this.error(reason);
    this.#withdraw(jobs, reason);
    return true;
  }
}

function checkCallbacks(callbacks: Callbacks<never>): void {
  for (const name of ["callback", "errorCallback"] as const) {
    const given: unknown = callbacks[name];
    if (given !== undefined && typeof given !== "function") {
      throw new TypeError(`Cannot submit task: ${name} is not a function`);
    }
  }
}

/** Calls a user's function; what it throws is printed. */
export async function callUserCallback<T>(name: string, callback: (value: T) => unknown, value: T): Promise<void> {
  try {
    await callback(value);
  } catch (error) {
    thisProcess().writeStderr(`Pool ${name} failed:\n${formatError(error)}\n`);
  }
}
