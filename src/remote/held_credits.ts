/**
 * The credits that this process holds with one owner: how often, and until when,
 * it may push an act on an object. The owner's side: `client_credits.ts`.
 *
 *     none ── granted ─► valid ── used up, or its end is reached ─► void
 *                          ▲──────────── granted again ───────────────┘
 *
 * The end is told by this process's clock, as the owner has it from a call: the
 * owner keeps what it has granted longer than this process uses it, whatever time
 * messages take.
 *
 * @module
 */

/** The owner is told the clock again after so many milliseconds. */
const CLOCK_MS = 1;

/** A credit as it is used for a push. */
export interface UsedCredit {
  /** When it ends, in milliseconds of `performance.now()`; Infinity for one without end. */
  readonly end: number;
  /** The clock, where the owner is to be told it with the push; else 0. */
  readonly clock: number;
}

class HeldCredit implements UsedCredit {
  pushes = 0;
  limit = 0;
  end = 0;
  clock = 0;
  /** The clock as the owner was told last. */
  toldAt = 0;
}

export class HeldCredits {
  readonly #credits = new Map<string, HeldCredit>();

  /**
   * The owner lets this process push.
   *
   * @param name the act, a space, and the object's id
   * @param limit how many pushes there may be, with all that were before
   */
  grant(name: string, limit: number, end: number): void {
    let held = this.#credits.get(name);
    if (held === undefined) this.#credits.set(name, held = new HeldCredit());
    held.limit = limit;
    held.end = end;
  }

  /** The credit is the owner's again. */
  drop(name: string): void {
    this.#credits.delete(name);
  }

  /** Uses a credit for one push; null when there is none. What it gives is true until the next use. */
  use(name: string): UsedCredit | null {
    const held = this.#credits.get(name);
    if (held === undefined || held.pushes >= held.limit) return null;
    if (held.end !== Infinity) {
      const now = performance.now();
      if (now >= held.end) return null;
      held.clock = now - held.toldAt < CLOCK_MS ? 0 : held.toldAt = Math.floor(now);
    }
    held.pushes++;
    return held;
  }
}
