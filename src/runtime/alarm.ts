/**
 * A clock that rings at the earliest of the times that it was told, and never
 * keeps the program alive. Who is woken looks for himself what it is time for.
 *
 * @module
 */
import { here } from "./adapter.ts";
import { LONGEST } from "./deadline.ts";

export class Clock {
  readonly #ring: () => void;
  /** When it rings next, as `performance.now()` counts. */
  #next = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, or earlier. */
  in(milliseconds: number): void {
    const after = Math.min(Math.max(1, Math.ceil(milliseconds)), LONGEST);
    const at = performance.now() + after;
    if (at >= this.#next) return;
    this.#next = at;
    here().alarm(after, () => {
      if (this.#next === at) this.#next = Infinity;
      this.#ring();
    });
  }
}
