/**
 * `AsyncResult`: the result of tasks that a pool has accepted, as a promise. A
 * failure that nobody asks for raises no unhandled rejection. Only the pool makes
 * and settles results; it does so through functions that `mod.ts` does not export.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { StateError, TimeoutError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { checkWait, type Wait, waitFor } from "../runtime/deadline.ts";
import { showAs } from "../runtime/inspection.ts";

/** Functions to call in the program that has the pool. What they throw is printed and stops nothing. */
export interface Callbacks<R> {
  /** Called with the value when the task has succeeded. */
  callback?: ((value: R) => void) | undefined;
  /** Called with the error when the task has failed. */
  errorCallback?: ((error: Error) => void) | undefined;
}

/** The tasks behind a result. */
export interface Cancellable {
  /** Ends them and rejects the result; false when they have ended. */
  cancel(reason: unknown): boolean;
}

/** How a result has settled. */
export type SettledState = "fulfilled" | "rejected";

/** Makes a result that is pending. */
export let createResult: <R>(tasks: Cancellable) => AsyncResult<R>;
/** Settles a result; does nothing when it has settled. */
export let settleResult: <R>(result: AsyncResult<R>, state: SettledState, value: unknown) => void;
/** Calls back when a result settles, at once when it has. */
export let onSettled: <R>(result: AsyncResult<R>, listener: (state: SettledState, value: unknown) => void) => void;

/** Keeps users from making results: only this module has it. */
const KEY = Symbol();

/**
 * The result of `applyAsync`, `mapAsync` and `starmapAsync`.
 *
 * Python's `AsyncResult`, and a promise as well. A result that has failed and
 * that nobody observes raises no unhandled rejection.
 *
 * @typeParam R type of the value
 */
export class AsyncResult<R> implements Promise<R> {
  #state: "pending" | SettledState = "pending";
  #value: unknown = undefined;
  #promise: Promise<R> | null = null;
  #listeners: (() => void)[] | null = null;
  readonly #tasks: Cancellable;

  static {
    createResult = <R>(tasks: Cancellable) => new AsyncResult<R>(KEY, tasks);
    settleResult = (result, state, value) => result.#settle(state, value);
    onSettled = (result, listener) => result.#listen(() => listener(result.#state as SettledState, result.#value));
  }

  /** Only a pool makes results. @throws {TypeError} a program calls it */
  constructor(key: symbol, tasks: Cancellable) {
    if (key !== KEY) throw typeError("Cannot make AsyncResult: only a pool makes one, call applyAsync()");
    this.#tasks = tasks;
  }

  static {
    showAs(this, (result: AsyncResult<unknown>) => ({
      state: result.#state,
      ...result.#state !== "pending" && { [result.#state === "fulfilled" ? "value" : "reason"]: result.#value },
    }));
  }

  #settle(state: SettledState, value: unknown): void {
    if (this.#state !== "pending") return;
    this.#state = state;
    this.#value = value;
    const listeners = this.#listeners;
    this.#listeners = null;
    if (listeners !== null) { for (const listener of listeners) listener(); }
  }

  #listen(listener: () => void): void {
    if (this.#state !== "pending") return listener();
    this.#listeners ??= [];
    this.#listeners.push(listener);
  }

  /** Makes the promise when it is first needed: a failure that nobody observes must not be an unhandled rejection. */
  #asPromise(): Promise<R> {
    return this.#promise ??= new Promise((resolve, reject) => {
      this.#listen(() => this.#state === "fulfilled" ? resolve(this.#value as R) : reject(this.#value));
    });
  }

  /** As of any promise; observes the result. */
  then<T = R, E = never>(
    onFulfilled?: ((value: R) => T | PromiseLike<T>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    return this.#asPromise().then(onFulfilled, onRejected);
  }

  /** As of any promise; observes the result. */
  catch<E = never>(onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null): Promise<R | E> {
    return this.#asPromise().catch(onRejected);
  }

  /** As of any promise; observes the result. */
  finally(onFinally?: (() => void) | null): Promise<R> {
    return this.#asPromise().finally(onFinally);
  }

  /** Name of the class. */
  get [Symbol.toStringTag](): string {
    return "AsyncResult";
  }

  /**
   * Waits for the value. May be called any number of times.
   *
   * @throws {TimeoutError} the timeout came first; the task goes on
   */
  async get(options?: Wait): Promise<R> {
    checkWait(options, "get result");
    if (options === undefined) return this.#asPromise();
    await this.wait(options);
    if (this.#state === "pending") {
      const { timeout } = options;
      throw new TimeoutError(
        `Cannot get result: it was not there within ${timeout} ms, wait longer or cancel it`,
        timeout!,
      );
    }
    if (this.#state === "rejected") throw this.#value;
    return this.#value as R;
  }

  /** Waits until the task has ended or the timeout has come. Does not reject when the task has failed. */
  async wait(options?: Wait): Promise<void> {
    if (this.#state !== "pending" && options === undefined) return; // the common case when many are waited for in turn
    checkWait(options, "wait for result");
    const settled = new Promise<void>((resolve) => this.#listen(resolve));
    await waitFor(settled, () => this.#state !== "pending", options);
  }

  /** Whether the task has ended, with a value or an error. */
  ready(): boolean {
    return this.#state !== "pending";
  }

  /**
   * Whether the task has ended with a value.
   *
   * @throws {StateError} it has not ended
   */
  successful(): boolean {
    if (this.#state === "pending") {
      throw new StateError("Cannot tell whether the result is successful: it is not ready, await it first", "pending");
    }
    return this.#state === "fulfilled";
  }

  /**
   * Cancels the task and rejects the result with `reason`. A task that was not
   * started never runs; one that is running sees its signal abort, and its worker
   * is ended when it does not stop within `killGrace`.
   *
   * @param reason default: an `AbortError`
   * @returns false when the task had ended before
   */
  cancel(reason: unknown = new DOMException("The task was cancelled", "AbortError")): boolean {
    return this.#state === "pending" && this.#tasks.cancel(reason);
  }
}

refuseSending(AsyncResult, "an AsyncResult");
