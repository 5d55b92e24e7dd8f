/**
 * Small messages that share a frame: a frame for each of them would cost more
 * than the messages do. A batch begins when a frame is handed over.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import type { Channel } from "../transport/channel.ts";

/** How many small messages are sent together at most. */
const BATCH_MESSAGES = 64;
/** A small message waits for a frame of its own only this long after the last one: the owner looks at the journal later. */
const BATCH_MS = 0.2;

export class MessageBatch {
  /** When its frame was handed over, in milliseconds of `performance.now()`. */
  readonly #startedAt: number;
  /** Messages that wait since then. */
  #count = 0;

  constructor(startedAt: number = -Infinity) {
    this.#startedAt = startedAt;
  }

  /**
   * Whether a message waits for more of its kind. Then it leaves in the next turn of the event loop at the latest;
   * otherwise it is to be sent at once, and begins a new batch.
   */
  join(channel: Channel, now: number): boolean {
    if (++this.#count >= BATCH_MESSAGES || now - this.#startedAt > BATCH_MS) return false;
    if (this.#count === 1) {
      thisProcess().nextTurn(() => {
        this.#count = 0;
        channel.flush();
      });
    }
    return true;
  }
}
