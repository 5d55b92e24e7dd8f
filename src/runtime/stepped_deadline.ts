/**
 * Deadlines for an answer of a peer that this process may be too busy to read:
 * time counts only while the event loop turns, in steps. All of them share one
 * timer, which keeps no program alive.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";

/** Length of a step in milliseconds. */
export const STEP_MS = 500;

/** Steps that are left until the timeout, by what is called then. */
const remainingByCallback = new Map<() => void, number>();
let isStepping = false;

/**
 * Calls back once, after so many steps of {@linkcode STEP_MS}.
 *
 * @returns ends the deadline: to be called when the answer has come
 */
export function startSteppedDeadline(steps: number, onTimeout: () => void): () => void {
  remainingByCallback.set(onTimeout, steps);
  if (!isStepping) advance();
  return () => void remainingByCallback.delete(onTimeout);
}

function advance(): void {
  isStepping = true;
  thisProcess().unrefTimeout(STEP_MS, () => {
    isStepping = false;
    for (const [onTimeout, left] of remainingByCallback) {
      if (left > 1) remainingByCallback.set(onTimeout, left - 1);
      else {
        remainingByCallback.delete(onTimeout);
        onTimeout();
      }
    }
    if (remainingByCallback.size > 0) advance();
  });
}
