/**
 * A call of an operation, as its caller sees it: an outcome that settles once, at
 * the end of its bounds at the latest. Knows not where the object lives.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { type CallTrace, failureOf, reasonOf, TraceBudget } from "../error_stack.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { MAX_TIMEOUT_MS, type Wait } from "../runtime/deadline.ts";

/** Where users call operations of shared objects. */
export const callTraces: TraceBudget = new TraceBudget();

/** A call that can be cancelled while it waits. */
export interface PendingCall {
  readonly outcome: CallOutcome;
  /**
   * Says that nobody waits any longer. What the call would have given stays with the object.
   *
   * @param isLate its timeout is over: it may still be performed if it need not wait
   * @returns false when it may have been performed all the same: the outcome settles when the owner has said so, or is gone
   */
  cancel(isLate: boolean): boolean;
}

/** How a call ends other than with a value. */
export interface CallEndings {
  /** Gives the outcome of a call that was not performed in time: a value, or it throws. */
  onTimeout?: (() => unknown) | undefined;
  /** Gives the error that the caller gets in the place of one. */
  mapError?: ((error: unknown) => unknown) | undefined;
  /** Where the user called; null when there were too many calls to note each. */
  trace?: CallTrace | null | undefined;
}

/** The outcome of a call. */
export class CallOutcome {
  readonly promise: Promise<unknown>;
  isSettled = false;
  /** Gives the outcome of a call that was not performed in time: a value, or it throws. */
  onTimeout: () => unknown;
  readonly #mapError: ((error: unknown) => unknown) | undefined;
  readonly #trace: CallTrace | null;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #callbacks: (() => void)[] | null = null;

  constructor({ onTimeout, mapError, trace = null }: CallEndings) {
    this.#trace = trace;
    this.onTimeout = onTimeout ?? (() => undefined);
    this.#mapError = mapError;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(value: unknown): void {
    if (this.#end()) this.#resolve(value);
  }

  /** Settles with the value, decoded here. */
  settleEncoded(value: EncodedValue): void {
    let opened: unknown;
    try {
      opened = value.decode();
    } catch (error) {
      return this.fail(error);
    }
    this.settle(opened);
  }

  fail(error: unknown): void {
    if (this.#end()) this.#reject(failureOf(this.#mapError === undefined ? error : this.#mapError(error), this.#trace));
  }

  /** The call was not performed in time. */
  lapse(): void {
    if (this.isSettled) return;
    try {
      this.settle(this.onTimeout());
    } catch (reason) {
      if (this.#end()) this.#reject(reasonOf(reason, this.#trace));
    }
  }

  whenSettled(callback: () => void): void {
    if (this.isSettled) callback();
    else (this.#callbacks ??= []).push(callback);
  }

  #end(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    if (this.#callbacks !== null) { for (const callback of this.#callbacks) callback(); }
    return true;
  }
}

/**
 * Ends a call at its bounds, and not before: at the timeout it lapses, at the abort it fails with the reason. A call that
 * changes something is cancelled then, and ends with the owner's answer: it lapses or fails only if it was not performed.
 */
export function boundCall(call: PendingCall, { timeout, signal }: Wait): void {
  const { outcome } = call;
  if (outcome.isSettled) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (isLate: boolean) => {
    clearTimeout(timer);
    if (call.cancel(isLate)) outcome.lapse();
  };
  const abort = () => {
    outcome.onTimeout = () => {
      throw signal!.reason;
    };
    end(false);
  };
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_TIMEOUT_MS) timer = setTimeout(end, timeout, true);
  signal?.addEventListener("abort", abort, { once: true });
  outcome.whenSettled(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}

/** A call of an operation of an object that lives in another process. */
export interface CallParameters extends CallEndings {
  readonly id: string;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly value: Encoded | null;
  /** It must not wait. */
  readonly isNow: boolean;
  /** It can be cancelled. */
  readonly isBounded: boolean;
  /** The same is likely to be called again when this is answered. */
  readonly isRepeated: boolean;
  /** The owner may grant a credit for more of its kind, so it is told the clock. */
  readonly earnsCredit?: boolean;
  /** It may be pushed once for each time that the answer of another operation enabled it. */
  readonly isEnabled?: boolean;
  /** The process does not exit before it is done, and it may have been performed when it is cancelled. */
  readonly hasEffect: boolean;
}

/** A call without effect that waits as long as it takes. */
export const DEFAULT_PARAMETERS: Omit<CallParameters, "id" | "act"> = {
  args: [],
  value: null,
  isNow: false,
  isBounded: false,
  isRepeated: false,
  hasEffect: false,
};

/** What sends requests. */
interface RequestSession {
  cancel(request: RemoteRequest, isLate: boolean): boolean;
}

/** A call that was requested of an owner under a number. */
export class RemoteRequest implements PendingCall {
  readonly outcome: CallOutcome;
  readonly number: number;
  parameters: CallParameters;
  readonly #session: RequestSession;

  constructor(session: RequestSession, number: number, parameters: CallParameters, outcome: CallOutcome) {
    this.#session = session;
    this.number = number;
    this.parameters = parameters;
    this.outcome = outcome;
  }

  cancel(isLate: boolean): boolean {
    return this.#session.cancel(this, isLate);
  }
}
