/**
 * A timer on Deno that costs the start of a process little: the first `setTimeout`
 * costs 10 ms, the timer of a signal half a millisecond.
 *
 * @module
 */

/** Calls back once, after so many milliseconds; holds no program. */
export function unrefTimeout(milliseconds: number, act: () => void): void {
  // The signal's own addEventListener would hold this process.
  EventTarget.prototype.addEventListener.call(AbortSignal.timeout(milliseconds), "abort", act);
}
