/**
 * An item that was given to a taker before it asked: where it is between the queue
 * and the taker's hands.
 *
 *     ahead ── taker began to take it ─► doubtful ── some time passes ─► taken
 *       └──────────────┴── kept or undone ─► over ◄─┘
 *
 * @module
 */
import type { Delivery } from "../remote/operation.ts";

/** How long a taker that is frozen may be about to give an item back, in milliseconds. */
const DOUBT_MS = 100;

/** What a queue does as the item moves on. */
export interface PrefetchEvents {
  /** It counts as in the queue no longer. */
  leftQueue(): void;
  /** It is on its way no longer: the taker has it, or it was put back before. */
  arrived(): void;
  /** The taker has not got it and will not. */
  putBack(): void;
  /** The taker has said that it has it. */
  confirmed(): void;
}

export class PrefetchedItem implements Delivery {
  readonly #events: PrefetchEvents;
  #state: "ahead" | "doubtful" | "taken" | "over" = "ahead";
  #doubt: ReturnType<typeof setTimeout> | undefined;

  constructor(events: PrefetchEvents) {
    this.#events = events;
  }

  begun(): void {
    this.#move("doubtful");
    this.#doubt = setTimeout(() => this.#move("taken"), DOUBT_MS);
  }

  kept(): void {
    this.#events.confirmed();
    this.#move("over");
  }

  undone(): void {
    this.#events.putBack();
    this.#move("over");
  }

  #move(to: "doubtful" | "taken" | "over"): void {
    const from = this.#state;
    this.#state = to;
    if (from === "ahead") this.#events.leftQueue();
    if (to === "doubtful") return;
    clearTimeout(this.#doubt);
    if (from === "ahead" || from === "doubtful") this.#events.arrived();
  }
}
