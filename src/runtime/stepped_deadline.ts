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
const waiting = new Map<() => void, number>();
let isStepping = false;

/**
 * Calls back once, after so many steps of {@linkcode STEP_MS}.
 *
 * @returns ends the deadline: to be called when the answer has come
 */
export function startSteppedDeadline(steps: number, onTimeout: () => void): () => void {
  waiting.set(onTimeout, steps);
  if (!isStepping) step();
  return () => void waiting.delete(onTimeout);
}

function step(): void {
  isStepping = true;
  thisProcess().unrefTimeout(STEP_MS, () => {
    isStepping = false;
    for (const [onTimeout, left] of waiting) {
      if (left > 1) waiting.set(onTimeout, left - 1);
      else {
        waiting.delete(onTimeout);
        onTimeout();
      }
    }
    if (waiting.size > 0) step();
  });
}
