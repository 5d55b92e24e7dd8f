/**
 * What a user has asked a pool for, from the call until it settles: the result,
 * the callbacks, and the tasks to withdraw when it is cancelled.
 *
 * @module
 */
import { type CallTrace, failureOf, reasonOf, typeError } from "../error_stack.ts";
import { type AsyncResult, type Callbacks, type Cancellable, createResult, settleResult } from "./async_result.ts";
import type { Task, TaskOutcome } from "./task.ts";
import { UserFunctions } from "./user_function.ts";

/** Takes tasks out of a pool. */
export type WithdrawTasks = (tasks: readonly Task[], reason: unknown) => void;

const NO_TASKS: readonly Task[] = [];

/** One result to be. An object and not closures, since there may be a million. */
export class PendingTask<R> implements TaskOutcome, Cancellable {
  readonly result: AsyncResult<R>;
  tasks: readonly Task[] = NO_TASKS;
  readonly #callbacks: Callbacks<R> | undefined;
  /** Null without callbacks. */
  readonly #functions: UserFunctions | null;
  readonly #withdraw: WithdrawTasks;
  readonly #trace: CallTrace | null;

  /**
   * @param trace of the user's call; null when there were too many to note each
   * @throws {TypeError} a callback is not a function
   */
  constructor(withdraw: WithdrawTasks, callbacks: Callbacks<R> | undefined, trace: CallTrace | null) {
    if (callbacks !== undefined) checkCallbacks(callbacks);
    this.#withdraw = withdraw;
    this.#trace = trace;
    this.#callbacks = callbacks;
    this.#functions = callbacks?.callback || callbacks?.errorCallback ? new UserFunctions() : null;
    this.result = createResult<R>(this);
  }

  value(value: unknown): void {
    if (this.result.ready()) return;
    this.tasks = NO_TASKS; // who keeps the result must not keep the tasks
    const callback = this.#callbacks?.callback;
    if (callback !== undefined) this.#functions!.call("callback", callback, value as R); // before who awaits the result
    settleResult(this.result, "fulfilled", value);
  }

  error(error: unknown): void {
    if (!this.result.ready()) this.#reject(failureOf(error, this.#trace));
  }

  #reject(error: unknown): void {
    this.tasks = NO_TASKS;
    const callback = this.#callbacks?.errorCallback;
    if (callback !== undefined) this.#functions!.call("errorCallback", callback, error as Error);
    settleResult(this.result, "rejected", error);
  }

  cancel(reason: unknown): boolean {
    if (this.result.ready()) return false;
    const { tasks } = this;
    this.#reject(reasonOf(reason, this.#trace));
    this.#withdraw(tasks, reason);
    return true;
  }
}

function checkCallbacks(callbacks: Callbacks<never>): void {
  for (const name of ["callback", "errorCallback"] as const) {
    const callback: unknown = callbacks[name];
    if (callback !== undefined && typeof callback !== "function") {
      throw typeError(`Cannot submit task: ${name} is not a function`);
    }
  }
}
