/**
 * The receiving half of a socket connection: items wait in an inbox for `recv()`,
 * or `recv()` for items. Reports now and then how many were received, so that the
 * other side sends more. Knows no sender.
 *
 * @module
 */
import { ClosedError, type EOFError } from "../errors.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import { boundCall, type CallEndings, CallOutcome, callTraces, type PendingCall } from "../remote/pending_call.ts";
import { Inbox, type Item, MAX_UNREAD_BYTES, MAX_UNREAD_ITEMS } from "./inbox.ts";

/** Items that are received before that is reported, … */
const REPORT_ITEMS = MAX_UNREAD_ITEMS / 10;
/** … and their bytes. */
const REPORT_BYTES = MAX_UNREAD_BYTES / 8;

/** One `recv()` or `poll()` that waits. */
class Reader implements PendingCall {
  readonly outcome: CallOutcome;
  readonly isBytes: boolean;
  readonly #queue: Set<Reader>;

  constructor(queue: Set<Reader>, isBytes: boolean, endings: CallEndings) {
    this.outcome = new CallOutcome(endings);
    this.isBytes = isBytes;
    this.#queue = queue;
    queue.add(this);
  }

  cancel(): boolean {
    this.#queue.delete(this);
    return true;
  }
}

export class SocketReceiver {
  readonly #report: (count: number) => void;
  readonly #inbox = new Inbox();
  readonly #readers = new Set<Reader>();
  readonly #pollers = new Set<Reader>();
  /** Received and not reported. */
  #items = 0;
  #bytes = 0;
  /** What `recv()` comes to when nothing is left: nothing more comes. */
  #end: EOFError | null = null;

  /** @param report called with the number of items received since the last time */
  constructor(report: (count: number) => void) {
    this.#report = report;
  }

  recv(isBytes: boolean, wait: Wait, onTimeout: () => never): CallOutcome {
    return this.#wait("receive", this.#readers, isBytes, wait, onTimeout);
  }

  /** Settles with true when there is something to receive, or nothing more comes. */
  poll(wait: Wait): CallOutcome {
    return this.#wait("poll connection", this.#pollers, false, wait, () => false);
  }

  #wait(act: string, queue: Set<Reader>, isBytes: boolean, wait: Wait, onTimeout: () => unknown): CallOutcome {
    checkWait(wait, act);
    wait.signal?.throwIfAborted();
    const reader = new Reader(queue, isBytes, { onTimeout, trace: callTraces.take() });
    this.#serve();
    if (!reader.outcome.isSettled && wait.timeout !== undefined && wait.timeout <= 0) {
      reader.cancel();
      reader.outcome.lapse();
    }
    boundCall(reader, wait);
    return reader.outcome;
  }

  /** An item has come. */
  put(item: Item): void {
    this.#inbox.put(item);
    this.#serve();
  }

  #serve(): void {
    for (const reader of this.#readers) {
      if (this.#inbox.isEmpty && this.#end === null) return;
      this.#readers.delete(reader);
      this.#give(reader);
    }
    if (this.#inbox.isEmpty && this.#end === null) return;
    for (const poller of this.#pollers) poller.outcome.settle(true);
    this.#pollers.clear();
  }

  #give({ outcome, isBytes }: Reader): void {
    if (this.#inbox.isEmpty) return outcome.fail(this.#end);
    try {
      const item = this.#inbox.take(isBytes);
      this.#count(item);
      outcome.settle(item.value.decode());
    } catch (error) {
      outcome.fail(error);
    }
  }

  #count({ size }: Item): void {
    this.#items++;
    this.#bytes += size;
    if (this.#items < REPORT_ITEMS && this.#bytes < REPORT_BYTES) return;
    this.#report(this.#items);
    this.#items = this.#bytes = 0;
  }

  /** Nothing more comes; what is here can still be received. */
  end(error: EOFError): void {
    this.#end ??= error;
    this.#serve();
  }

  /** Nobody may receive any more: who waits is told. */
  close(): void {
    const error = new ClosedError("Cannot receive: the connection was closed meanwhile");
    for (const { outcome } of [...this.#readers, ...this.#pollers]) outcome.fail(error);
    this.#readers.clear();
    this.#pollers.clear();
  }
}
