/**
 * A call on a shared object, as its caller sees it: an outcome that settles once,
 * within bounds. Knows not where the object lives.
 *
 * @module
 */
import { MAX_TIMEOUT_MS, type Wait } from "../runtime/deadline.ts";

/** An act that may wait and can be called off. */
export interface PendingCall {
  readonly outcome: CallOutcome;
  /**
   * Says that nobody waits any longer. What it would have given stays with the object.
   *
   * @returns false when it may have been done all the same: the outcome tells, soon
   */
  cancel(): boolean;
}

/** Milliseconds that the word of an owner may take on whether what was called off had been done. */
const VERDICT = 1_000;

/** How a call ends other than with an answer. */
export interface CallEndings {
  /** What it comes to when there is nothing in time: a value, or it throws. */
  onTimeout?: (() => unknown) | undefined;
  /** What the caller is told instead of an error. */
  mapError?: ((error: unknown) => unknown) | undefined;
}

/** What a call comes to. */
export class CallOutcome {
  readonly promise: Promise<unknown>;
  isSettled = false;
  /** What it comes to when there is nothing in time: a value, or it throws. */
  onTimeout: () => unknown;
  readonly #fault: ((error: unknown) => unknown) | undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #then: (() => void)[] | null = null;

  constructor({ onTimeout, mapError }: CallEndings) {
    this.onTimeout = onTimeout ?? (() => undefined);
    this.#fault = mapError;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(value: unknown): void {
    if (this.#end()) this.#resolve(value);
  }

  fail(error: unknown): void {
    if (this.#end()) this.#reject(this.#fault === undefined ? error : this.#fault(error));
  }

  /** Nothing came in time. */
  lapse(): void {
    if (this.isSettled) return;
    try {
      this.settle(this.onTimeout());
    } catch (error) {
      this.fail(error);
    }
  }

  whenSettled(act: () => void): void {
    if (this.isSettled) act();
    else (this.#then ??= []).push(act);
  }

  #end(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    if (this.#then !== null) { for (const act of this.#then) act(); }
    return true;
  }
}

/** Ends a call at its bounds, and not before: a timeout makes it lapse, an abort rejects it with the reason. */
export function boundCall(call: PendingCall, { timeout, signal }: Wait): void {
  const { outcome } = call;
  if (outcome.isSettled) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (finish: () => void) => {
    clearTimeout(timer);
    if (call.cancel()) finish();
    else timer = setTimeout(finish, VERDICT);
  };
  const abort = () => {
    outcome.onTimeout = () => {
      throw signal!.reason;
    };
    end(() => outcome.lapse());
  };
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_TIMEOUT_MS) {
    timer = setTimeout(end, timeout, () => outcome.lapse());
  }
  signal?.addEventListener("abort", abort, { once: true });
  outcome.whenSettled(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}
