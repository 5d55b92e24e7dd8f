/**
 * The sending half of a socket connection: items go out until the other side has
 * too many unread, then `send()` waits. Knows no receiver.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { ClosedError, ProtocolError } from "../errors.ts";
import { Deque } from "../deque.ts";
import { CallOutcome, callTraces } from "../remote/pending_call.ts";
import type { Channel } from "../transport/channel.ts";
import { itemMessage } from "../transport/messages.ts";
import { sizeOf } from "./backend.ts";
import { MAX_UNREAD_BYTES, MAX_UNREAD_ITEMS } from "./inbox.ts";

interface WaitingItem {
  readonly value: Encoded;
  readonly isBytes: boolean;
  readonly outcome: CallOutcome;
}

export class SocketSender {
  readonly #channel: Pick<Channel, "base" | "post">;
  readonly #waiting = new Deque<WaitingItem>();
  /** Sizes of the items that the other side has not reported as received. */
  readonly #unread = new Deque<number>();
  #unreadBytes = 0;
  #isClosed = false;

  constructor(channel: Pick<Channel, "base" | "post">) {
    this.#channel = channel;
  }

  /** Whether items wait for room on the other side. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  send(value: Encoded, isBytes: boolean, mapError: (error: unknown) => unknown): CallOutcome {
    const outcome = new CallOutcome({ mapError, trace: callTraces.take() });
    if (this.#isClosed) outcome.fail(socketClosed());
    else {
      this.#waiting.push({ value, isBytes, outcome });
      this.#post();
    }
    return outcome;
  }

  /** The other side has received that many more items. */
  received(count: number): void {
    if (!(count <= this.#unread.size)) throw new ProtocolError("Cannot take credit: nothing like it was sent");
    for (; count > 0; count--) this.#unreadBytes -= this.#unread.shift()!;
    this.#post();
  }

  #post(): void {
    while (this.#waiting.size > 0 && this.#unread.size < MAX_UNREAD_ITEMS && this.#unreadBytes < MAX_UNREAD_BYTES) {
      const { value, isBytes, outcome } = this.#waiting.shift()!;
      const size = sizeOf(value);
      this.#unread.push(size);
      this.#unreadBytes += size;
      const base = this.#channel.base(value.blocks.length);
      this.#channel.post(itemMessage(isBytes, size, base, value), value.blocks, () => {
        if (this.#isClosed) outcome.fail(socketClosed());
        else outcome.settle(undefined);
      });
    }
  }

  /** Nothing can be sent any more. */
  close(): void {
    this.#isClosed = true;
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      item.outcome.fail(socketClosed());
    }
  }
}

function socketClosed(): ClosedError {
  return new ClosedError("Cannot send: the other end is closed");
}
