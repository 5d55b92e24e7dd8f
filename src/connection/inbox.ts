/**
 * Items that were sent over a connection and not received yet, and how many may
 * lie there before `send()` waits. Used by pipes and by sockets. Knows nobody who
 * sends or receives.
 *
 * @module
 */
import type { EncodedValue } from "../codec/encoded_value.ts";
import { ProtocolError } from "../errors.ts";
import { Deque } from "../deque.ts";

/** Items that lie unread at one end before `send()` waits, … */
export const MAX_UNREAD_ITEMS = 1_000;
/** … and their bytes. */
export const MAX_UNREAD_BYTES: number = 8 * 1024 * 1024;

/** What one `send()` or `sendBytes()` has sent. */
export interface Item {
  readonly value: EncodedValue;
  /** Whether it was sent by `sendBytes()`. */
  readonly isBytes: boolean;
  /** Its size in bytes, as its sender counted it. */
  readonly size: number;
}

export class Inbox {
  readonly #items = new Deque<Item>();
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  /** Whether one more item may be put there, of whatever size. */
  get hasRoom(): boolean {
    return this.#items.size < MAX_UNREAD_ITEMS && this.#bytes < MAX_UNREAD_BYTES;
  }

  put(item: Item): void {
    this.#items.push(item);
    this.#bytes += item.size;
  }

  /** Puts an item back to the front that was taken and did not arrive. */
  putBack(item: Item): void {
    this.#items.unshift(item);
    this.#bytes += item.size;
  }

  /**
   * Takes the first item; there must be one.
   *
   * @throws {ProtocolError} it is of the other kind, and stays
   */
  take(isBytes: boolean): Item {
    const item = this.#items.first()!;
    if (item.isBytes && !isBytes) {
      throw new ProtocolError("Cannot receive: the other end sent bytes, take them with recvBytes()");
    }
    if (!item.isBytes && isBytes) {
      throw new ProtocolError("Cannot receive bytes: the other end sent an item, take it with recv()");
    }
    this.#items.shift();
    this.#bytes -= item.size;
    return item;
  }
}
