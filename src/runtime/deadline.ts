/**
 * Bounded waiting. Everything in the library that waits takes a timeout in
 * milliseconds and an `AbortSignal`, and goes through here. Three forms:
 * `startDeadline` for what is going on already, `finishWithin` for what can be
 * withdrawn, `waitFor` for a fact that can be asked for. Knows nothing of what is
 * waited for.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { eventLoopTurns, readArrivals } from "./arrivals.ts";
import { checkOptions, type OptionNames } from "./options.ts";

/** The bounds of a wait. */
export interface Wait {
  /** Milliseconds to wait at most; 0 and below: do not wait; absent: without limit. */
  timeout?: number | undefined;
  /** Aborting rejects the wait with `signal.reason`; what is waited for goes on. */
  signal?: AbortSignal | undefined;
}

/** Longest delay that a timer takes, in milliseconds; more counts as no limit. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

/** Turns of the event loop that a runtime on a busy machine needs to learn of the end of a child. */
const CHILD_END_TURNS = 4;

/** The options of a wait. */
export const WAIT_OPTIONS: OptionNames<Wait> = { timeout: true, signal: true };

/**
 * Checks the bounds at the call.
 *
 * @param names of all options that the call takes
 * @throws {TypeError} the options are no object, one does not exist, or a bound is of the wrong kind
 */
export function checkWait<T extends Wait>(
  options: T | undefined,
  act: string,
  names: OptionNames<T> = WAIT_OPTIONS as OptionNames<T>,
): void {
  if (options === undefined) return;
  checkOptions(options, names, act, "timeout");
  const timeout: unknown = options.timeout;
  if (timeout !== undefined && (typeof timeout !== "number" || Number.isNaN(timeout))) {
    throw typeError(`Cannot ${act}: the timeout is not a number of milliseconds`);
  }
  const signal: unknown = options.signal;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw typeError(`Cannot ${act}: the signal is not an AbortSignal`);
  }
}

/** What happens at the bounds of a wait: one of the two, once. */
export interface DeadlineActions {
  /** The timeout has passed. */
  onTimeout(): void;
  /** The signal was aborted, for this reason. */
  onAbort(reason: unknown): void;
}

/**
 * Starts the bounds of something that is going on. Holds the program while the timer runs.
 *
 * A timeout of 0 or less passes in the next turn of the event loop; a signal that is aborted already acts at once.
 *
 * @returns ends both bounds: to be called when what was waited for has come
 */
export function startDeadline({ timeout, signal }: Wait, { onTimeout, onAbort }: DeadlineActions): () => void {
  if (signal?.aborted) {
    onAbort(signal.reason);
    return () => {};
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clear = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  const abort = () => {
    clear();
    onAbort(signal!.reason);
  };
  if (timeout !== undefined && timeout <= MAX_TIMEOUT_MS) {
    timer = setTimeout(() => {
      clear();
      onTimeout();
    }, Math.max(0, timeout));
  }
  signal?.addEventListener("abort", abort);
  return clear;
}

/**
 * Begins something and withdraws it at its bounds. Holds the program meanwhile, also without a timeout.
 *
 * @param late makes the error of a timeout
 * @param begin starts it, and returns what withdraws it
 * @returns what `begin` settles it with; rejects with `late()` at the timeout, and with `signal.reason` at an abort
 */
export function finishWithin<T>(
  { timeout, signal }: Wait,
  late: () => unknown,
  begin: (settle: (value: T) => void, fail: (error: unknown) => void) => () => void,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise<T>((resolve, reject) => {
    let withdraw = () => {};
    const giveUp = (error: unknown) => {
      withdraw();
      reject(error);
    };
    const clear = startDeadline({ timeout: Math.min(timeout ?? MAX_TIMEOUT_MS, MAX_TIMEOUT_MS), signal }, {
      onTimeout: () => giveUp(late()),
      onAbort: giveUp,
    });
    withdraw = begin((value) => {
      clear();
      resolve(value);
    }, (error) => {
      clear();
      reject(error);
    });
  });
}

/**
 * Waits for a fact within the bounds.
 *
 * @param event settles when what is waited for has happened
 * @param happened tells whether it has happened already
 * @returns true when it happened, false when the timeout came first
 */
export async function waitFor(
  event: Promise<unknown>,
  happened: () => boolean,
  { timeout, signal }: Wait = {},
): Promise<boolean> {
  signal?.throwIfAborted();
  if (happened()) return true;
  if (timeout !== undefined && timeout <= 0) {
    await eventLoopTurns(CHILD_END_TURNS);
    return happened();
  }
  const { promise: ended, resolve, reject } = Promise.withResolvers<boolean>();
  const clear = startDeadline({ timeout, signal }, { onTimeout: () => resolve(false), onAbort: reject });
  try {
    if (await Promise.race([event.then(() => true), ended])) return true;
    await readArrivals(); // while this process was busy, what it waits for may have come first
    return happened();
  } finally {
    clear();
  }
}
