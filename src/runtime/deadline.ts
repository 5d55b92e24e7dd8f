/**
 * Bounded waiting: every wait of the library takes a timeout and a signal, and
 * goes through here. Knows nothing of what is waited for.
 *
 * @module
 */

/** The bounds of a wait. */
export interface Wait {
  /** Milliseconds to wait at most; 0 and below: do not wait; absent: without limit. */
  timeout?: number | undefined;
  /** Aborting rejects the wait with `signal.reason`; what is waited for goes on. */
  signal?: AbortSignal | undefined;
}

/** Longest delay that a timer takes, in milliseconds; more counts as no limit. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

/** Checks the bounds at the call. @throws {TypeError} they are of the wrong kind */
export function checkWait(options: Wait | undefined, act: string): void {
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) {
    throw new TypeError(`Cannot ${act}: the options are not an object`);
  }
  const timeout: unknown = options?.timeout;
  if (timeout !== undefined && (typeof timeout !== "number" || Number.isNaN(timeout))) {
    throw new TypeError(`Cannot ${act}: the timeout is not a number of milliseconds`);
  }
  const signal: unknown = options?.signal;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot ${act}: the signal is not an AbortSignal`);
  }
}

/**
 * Waits for `event` within the bounds.
 *
 * @param event settles when what is waited for has happened; `happened` tells whether it has already
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
    await eventLoopTurns(TURNS);
    return happened();
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: (() => void) | undefined;
  const bounds: Promise<boolean>[] = [event.then(() => true)];
  if (timeout !== undefined && timeout <= MAX_TIMEOUT_MS) {
    bounds.push(new Promise((resolve) => timer = setTimeout(resolve, timeout, false)));
  }
  if (signal !== undefined) {
    bounds.push(
      new Promise((_, reject) => signal.addEventListener("abort", abort = () => reject(signal.reason), { once: true })),
    );
  }
  try {
    if (await Promise.race(bounds)) return true;
    await eventLoopTurns(); // while this process was busy, what it waits for may have come first
    return happened();
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal!.removeEventListener("abort", abort);
  }
}

/** So many turns a runtime needs on a busy machine to learn of the end of a child. */
const TURNS = 4;

/**
 * Lets the event loop take in what has happened already. Who asks again and again without waiting would else never
 * see a change.
 */
export async function eventLoopTurns(rounds: number = 2): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setTimeout(resolve, 0));
}
