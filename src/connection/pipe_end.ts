/**
 * One end of a pipe where the pipe lives: what lies there to be received, the
 * operations that wait at it, and who has it. Which operations may go on is
 * decided in `pipe_state.ts`.
 *
 * @module
 */
import type { ClosedError } from "../errors.ts";
import { type Operation, WaitQueue } from "../remote/operation.ts";
import { EndHolders } from "./end_holders.ts";
import { Inbox, type Item } from "./inbox.ts";

export class PipeEnd {
  readonly inbox: Inbox = new Inbox();
  readonly holders: EndHolders = new EndHolders();
  readonly #readers = new WaitQueue();
  readonly #pollers = new WaitQueue();
  /** Operations that wait for room in the inbox. */
  readonly #senders = new WaitQueue();
  /** Items on their way to a reader. */
  #delivering = 0;
  #isScheduled = false;

  /** Whether nothing lies here, is on its way to a reader, or waits for room. */
  get isDrained(): boolean {
    return this.inbox.isEmpty && this.#delivering === 0 && this.#senders.size === 0;
  }

  get isDelivering(): boolean {
    return this.#delivering > 0;
  }

  /** Puts what was sent here, or makes it wait for room. */
  send(operation: Operation): void {
    if (!this.inbox.hasRoom || this.#senders.size > 0) return this.#senders.add(operation);
    this.#store(operation);
    this.serve();
  }

  #store(operation: Operation): void {
    const [, isBytes, size] = operation.args as [unknown, 0 | 1, number];
    this.inbox.put({ value: operation.value!, isBytes: isBytes === 1, size });
    operation.settle();
  }

  /** Gives the first item; there must be one. */
  recv(operation: Operation): void {
    this.#deliver(operation);
    this.serve();
  }

  waitToRecv(operation: Operation): void {
    this.#readers.add(operation);
  }

  waitToPoll(operation: Operation): void {
    this.#pollers.add(operation);
  }

  /** An item that does not reach its reader goes to the next one. */
  #deliver(operation: Operation): void {
    let item: Item;
    try {
      item = this.inbox.take(operation.args[1] === 1);
    } catch (error) {
      return operation.fail(error);
    }
    this.#delivering++;
    operation.settle(item.value, {
      kept: () => {
        this.#delivering--;
        this.onDelivered();
      },
      undone: () => {
        this.#delivering--;
        this.inbox.putBack(item);
        this.#serveLater();
      },
    });
  }

  /** Called when an item has reached its reader. */
  onDelivered: () => void = () => {};

  /** Items that come back together come last first: all of them must be here before one is given away. */
  #serveLater(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.onDelivered();
    });
  }

  /** Lets operations go on, as far as there are items and room. */
  serve(): void {
    for (;;) {
      if (!this.inbox.isEmpty && this.#readers.size > 0) this.#deliver(this.#readers.shift()!);
      else if (this.inbox.hasRoom && this.#senders.size > 0) this.#store(this.#senders.shift()!);
      else break;
    }
    if (!this.inbox.isEmpty) { for (const poller of this.#pollers.clear()) poller.settle(true); }
  }

  /** Tells those who wait to receive, and fulfil `test`, that nothing more comes. */
  endReaders(test: (operation: Operation) => boolean, error: () => Error): void {
    takeIf(this.#readers, test, (operation) => operation.fail(error()));
    takeIf(this.#pollers, test, (operation) => operation.settle(true));
  }

  /** Fails those who wait to receive, and fulfil `test`. */
  failReaders(test: (operation: Operation) => boolean, error: () => ClosedError): void {
    for (const queue of [this.#readers, this.#pollers]) takeIf(queue, test, (operation) => operation.fail(error()));
  }

  /** Fails those who wait for room here, and fulfil `test`. */
  failSenders(test: (operation: Operation) => boolean, error: () => ClosedError): void {
    takeIf(this.#senders, test, (operation) => operation.fail(error()));
  }
}

/** Takes those out of a queue that fulfil `test`; the others keep their order. */
function takeIf(queue: WaitQueue, test: (operation: Operation) => boolean, take: (operation: Operation) => void): void {
  if (queue.size === 0) return;
  for (const operation of queue.clear()) {
    if (test(operation)) take(operation);
    else queue.add(operation);
  }
}
