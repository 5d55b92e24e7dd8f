/**
 * A timer that can be set earlier and never keeps the program alive, for a state
 * machine that asks at each alarm what it is time for.
 *
 * @module
 */
import { MAX_TIMEOUT_MS } from "./deadline.ts";
import { thisProcess } from "./installed.ts";

/** Calls back at the earliest of the times that it was set to. */
export class RearmableTimer {
  readonly #onAlarm: () => void;
  /** When it calls back next, in `performance.now()`; `Infinity` while it is not set. */
  #dueAt = Infinity;

  constructor(onAlarm: () => void) {
    this.#onAlarm = onAlarm;
  }

  /** Calls back in so many milliseconds, or earlier when it is set to that. */
  in(milliseconds: number): void {
    const delay = Math.min(Math.max(1, Math.ceil(milliseconds)), MAX_TIMEOUT_MS);
    const dueAt = performance.now() + delay;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    thisProcess().unrefTimeout(delay, () => {
      if (this.#dueAt === dueAt) this.#dueAt = Infinity;
      this.#onAlarm();
    });
  }
}
