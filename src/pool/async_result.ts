/**
 * `AsyncResult`: what a pool gives for work that it has taken. It is a promise
 * that nobody has to look at: a failure that is never asked for stays silent.
 * Knows no worker.
 *
 * @module
 */
import { StateError, TimeoutError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { checkWait, type Wait, waitFor } from "../runtime/deadline.ts";

/** Called in the parent when the result is there. What they throw is printed and stops nothing. */
export interface Callbacks<R> {
  /** Called with the value when the work has ended well. */
  callback?: ((value: R) => void) | undefined;
  /** Called with the error when it has not. */
  errorCallback?: ((error: Error) => void) | undefined;
}

/** The work behind a result. */
export interface Cancellable {
  /** Ends it and rejects the result; false when it has ended. */
  cancel(reason: unknown): boolean;
}

/**
 * The result of `applyAsync`, `mapAsync` and `starmapAsync`.
 *
 * Python's `AsyncResult`, and a promise besides. A result that failed and that
 * nobody observes raises no unhandled rejection.
 *
 * @typeParam R what the work gives
 */
export class AsyncResult<R> implements Promise<R> {
  #state: "pending" | "fulfilled" | "rejected" = "pending";
  #value: unknown = undefined;
  #promise: Promise<R> | null = null;
  #listeners: (() => void)[] | null = null;
  readonly #work: Cancellable;

  /** Results are made by a pool. */
  constructor(work: Cancellable) {
    this.#work = work;
  }

  /** For the pool: settles the result, once. */
  static settle<R>(result: AsyncResult<R>, state: "fulfilled" | "rejected", value: unknown): void {
    if (result.#state !== "pending") return;
    result.#state = state;
    result.#value = value;
    const listeners = result.#listeners;
    result.#listeners = null;
    if (listeners !== null) { for (const listener of listeners) listener(); }
  }

  /** For the pool: calls back when the result settles, with what it settled. */
  static observe<R>(result: AsyncResult<R>, act: (state: "fulfilled" | "rejected", value: unknown) => void): void {
    result.#listen(() => act(result.#state as "fulfilled" | "rejected", result.#value));
  }

  #listen(listener: () => void): void {
    if (this.#state !== "pending") return listener();
    this.#listeners ??= [];
    this.#listeners.push(listener);
  }

  /** The promise is made for the first who asks, so that an unobserved failure is no unhandled rejection. */
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

  /** What it is called in messages. */
  get [Symbol.toStringTag](): string {
    return "AsyncResult";
  }

  /**
   * The value, when it is there. May be asked again and again.
   *
   * @throws {TimeoutError} the timeout came first; the work goes on
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

  /** Waits until the result is there or the timeout has come. Never rejects for the work's sake. */
  async wait(options?: Wait): Promise<void> {
    if (this.#state !== "pending" && options === undefined) return; // most waits of many come late
    checkWait(options, "wait for result");
    const settled = new Promise<void>((resolve) => this.#listen(resolve));
    await waitFor(settled, () => this.#state !== "pending", options);
  }

  /** Whether the work has ended, well or not. */
  ready(): boolean {
    return this.#state !== "pending";
  }

  /**
   * Whether the work ended with a value.
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
   * Ends the work and rejects the result with `reason`. What was not started is
   * dropped; a running task sees its signal abort, and loses its worker when it
   * does not stop within the grace time.
   *
   * @param reason default: an `AbortError`
   * @returns false when the work had ended before
   */
  cancel(reason: unknown = new DOMException("The task was cancelled", "AbortError")): boolean {
    return this.#state === "pending" && this.#work.cancel(reason);
  }
}

refuseSending(AsyncResult, "an AsyncResult");
