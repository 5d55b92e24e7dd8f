/**
 * A clock that rings at the earliest of the times that it was told, and never
 * keeps the program alive. Who is woken looks for himself what it is time for.
 *
 * @module
 */
import { thisProcess } from "./adapter.ts";
import { MAX_TIMEOUT_MS } from "./deadline.ts";

export class RearmableTimer {
  readonly #ring: () => void;
  /** When it rings next, as `performance.now()` counts. */
  #next = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, or earlier. */
  in(milliseconds: number): void {
    const after = Math.min(Math.max(1, Math.ceil(milliseconds)), MAX_TIMEOUT_MS);
    const at = performance.now() + after;
    if (at >= this.#next) return;
    this.#next = at;
    thisProcess().unrefTimeout(after, () => {
      if (this.#next === at) this.#next = Infinity;
      this.#ring();
    });
  }
}
