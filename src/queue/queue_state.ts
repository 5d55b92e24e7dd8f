/**
 * A queue where it lives: its items, and the operations that wait to put or to get,
 * first come, first served. Callers' side: `queue.ts`.
 *
 *     put ─► (putters, while full) ─► items ─► (takers, while empty) ─► get
 *                                       └─► prefetched, to a taker that gets again and again
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { ClosedError, ProtocolError } from "../errors.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { Deque } from "../deque.ts";
import { type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";
import { PrefetchedItem } from "./prefetched_item.ts";
import { PutCredits } from "./put_credits.ts";

/** Items with a longer text, or with blocks, are not prefetched. */
const MAX_PREFETCHED_CHARS = 4_096;

export class QueueState implements ObjectState {
  readonly #maxsize: number;
  readonly #items = new Deque<EncodedValue>();
  readonly #putters = new WaitQueue();
  readonly #takers = new WaitQueue();
  readonly #joiners = new WaitQueue();
  readonly #credits: PutCredits;
  /** How many putters at least must not wait, but for room that may be free soon. */
  #hurried = 0;
  /** Items that were ever put. */
  #stored = 0;
  /** Items on their way to a taker. */
  #delivering = 0;
  /** Items that were put and not marked as done. */
  #unfinished = 0;
  /** Prefetched items by taker. To all other processes they are in the queue still. */
  readonly #prefetched = new Map<ObjectClient, number>();
  #lastTaker: ObjectClient | null = null;
  /** Gets of the last taker without another's between them. */
  #streak = 0;
  #isServeScheduled = false;
  #isClosed = false;

  constructor(maxsize: number) {
    this.#maxsize = maxsize > 0 ? maxsize : Infinity;
    this.#credits = new PutCredits(this.#maxsize, () => this.#stored, () => this.#serve());
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "put":
        return this.#put(operation);
      case "get":
        return this.#get(operation);
      case "size":
        return operation.settle(this.#size);
      case "isFull":
        return operation.settle(this.#isFull);
      case "close":
        return this.#close(operation);
      case "taskDone":
        return this.#taskDone(operation);
      case "join":
        return this.#unfinished === 0 ? operation.settle(true) : this.#joiners.add(operation);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a queue does not know how`);
    }
  }

  describe(): object {
    return { size: this.#size, maxsize: this.#maxsize, closed: this.#isClosed };
  }

  get #size(): number {
    let size = this.#items.size;
    for (const count of this.#prefetched.values()) size += count;
    return size;
  }

  /** An item takes room until its taker has it: it may come back. */
  get #room(): number {
    return this.#maxsize - this.#items.size - this.#delivering;
  }

  get #isFull(): boolean {
    return this.#room <= 0;
  }

  /** Whether there is room that is kept for nobody. */
  #hasRoom(): boolean {
    if (this.#room > this.#credits.kept) return true;
    if (this.#isFull) return false;
    this.#credits.expire();
    return this.#room > this.#credits.kept;
  }

  /** Room that may be kept for producers: nobody waits for it. */
  get #spareRoom(): number {
    return this.#putters.size > 0 || this.#isClosed ? 0 : this.#room - this.#credits.kept;
  }

  // --- putting ---

  #put(operation: Operation): void {
    const { value, client, isPushed } = operation;
    if (value === null) throw new ProtocolError("Cannot put into queue: there is no item");
    if (this.#isClosed && !(isPushed && this.#credits.isAwaited(client))) return operation.fail(queueClosed());
    if (isPushed) this.#unfinished++; // its producer may take it for put
    if (!this.#credits.use(client) && (this.#putters.size > 0 || !this.#hasRoom())) return this.#wait(operation);
    this.#store(operation);
    this.#serve();
  }

  #store(operation: Operation): void {
    const item = operation.value!;
    item.number = ++this.#stored;
    this.#items.push(item);
    if (!operation.isPushed) this.#unfinished++;
    operation.settle();
    if (!this.#isClosed) this.#credits.grant(operation, this.#spareRoom);
  }

  /** Lets a put wait for room. One that must not wait does so only where the room is kept for others, and may be free soon. */
  #wait(operation: Operation): void {
    if (this.#isFull || this.#credits.kept === 0) return this.#putters.add(operation); // it overtakes nobody
    const hurry = () => {
      this.#hurried++;
      operation.isNow = true;
      this.#serve();
    };
    operation.hurry = hurry;
    this.#putters.keep(operation);
    if (operation.isNow) hurry();
    else this.#credits.expireLater();
  }

  #servePutters(): void {
    if (this.#hurried > 0 && (this.#isFull || this.#credits.kept === 0)) {
      this.#hurried = 0;
      for (const putter of this.#putters.clear()) this.#putters.add(putter);
    }
    if (this.#putters.size > 0) this.#credits.expireLater();
  }

  // --- getting ---

  #get(operation: Operation): void {
    for (const client of [...this.#prefetched.keys()]) client.reclaim(); // those items are older than what is here
    if (this.#items.size === 0 || this.#takers.size > 0) {
      if (this.#isDrained()) throw queueDrained();
      return this.#takers.add(operation);
    }
    this.#deliver(operation);
    this.#prefetch(operation);
    this.#serve();
  }

  /** An item that does not reach its taker goes to the next one. */
  #deliver(operation: Operation): void {
    const item = this.#items.shift()!;
    this.#delivering++;
    operation.settle(item, {
      kept: () => {
        this.#delivering--;
        if (this.#putters.size > 0 || this.#isDrained() || this.#credits.wants(this.#spareRoom)) this.#serveLater();
      },
      undone: () => {
        this.#delivering--;
        this.#putBack(item);
        this.#serveLater();
      },
    });
  }

  /** Gives a taker that comes back at once, and is the only one, what it will ask for next. */
  #prefetch(operation: Operation): void {
    const [window] = operation.args as [number?];
    const { client } = operation;
    this.#streak = client === this.#lastTaker ? this.#streak + 1 : 0;
    this.#lastTaker = client;
    if (!(window! > 0)) return;
    for (let count = Math.min(window!, this.#streak); count > 0; count--) {
      const item = this.#items.first();
      if (item === undefined || !isSmall(item) || !operation.prefetch(item, this.#prefetchedTo(client, item))) return;
      this.#items.shift();
      this.#delivering++;
      this.#prefetched.set(client, (this.#prefetched.get(client) ?? 0) + 1);
    }
  }

  #prefetchedTo(client: ObjectClient, item: EncodedValue): PrefetchedItem {
    return new PrefetchedItem({
      leftQueue: () => {
        const left = this.#prefetched.get(client)! - 1;
        if (left === 0) this.#prefetched.delete(client);
        else this.#prefetched.set(client, left);
        this.#serveLater();
      },
      arrived: () => {
        this.#delivering--;
        this.#serveLater();
      },
      putBack: () => {
        this.#putBack(item);
        this.#serveLater();
      },
      confirmed: () => this.#streak++,
    });
  }

  /** Puts an item back to its old place: items come back in any order. */
  #putBack(item: EncodedValue): void {
    const before: EncodedValue[] = [];
    while (this.#items.size > 0 && this.#items.first()!.number < item.number) before.push(this.#items.shift()!);
    this.#items.unshift(item);
    while (before.length > 0) this.#items.unshift(before.pop()!);
  }

  // --- waiting ---

  /** Items that come back together must all be here before one is given away. */
  #serveLater(): void {
    if (this.#isServeScheduled) return;
    this.#isServeScheduled = true;
    queueMicrotask(() => {
      this.#isServeScheduled = false;
      this.#serve();
    });
  }

  /** Lets operations go on, as far as there are items and room. */
  #serve(): void {
    for (;;) {
      if (this.#items.size > 0 && this.#takers.size > 0) this.#deliver(this.#takers.shift()!);
      else if (this.#putters.size > 0 && this.#hasRoom()) this.#store(this.#putters.shift()!);
      else break;
    }
    if (this.#putters.size > 0) this.#servePutters();
    else if (this.#credits.wants(this.#spareRoom)) this.#credits.grantMore(this.#spareRoom);
    if (this.#takers.size > 0 && this.#isDrained()) {
      for (const taker of this.#takers.clear()) taker.fail(queueDrained());
    }
  }

  /** Whether nothing is left, and nothing comes any more. */
  #isDrained(): boolean {
    const isEmpty = this.#items.size === 0 && this.#delivering === 0 && this.#putters.size === 0;
    return this.#isClosed && isEmpty && !this.#credits.isAwaited();
  }

  #close(operation: Operation): void {
    if (!this.#isClosed) this.#credits.revokeAll();
    this.#isClosed = true;
    for (const putter of this.#putters.clear()) {
      if (putter.isPushed) this.#putters.keep(putter); // its producer may take it for put
      else putter.fail(queueClosed());
    }
    operation.settle();
    this.#serve();
  }

  #taskDone(operation: Operation): void {
    if (this.#unfinished === 0) throw rangeError("Cannot mark task as done: more are done than were put");
    operation.settle();
    if (--this.#unfinished === 0) { for (const joiner of this.#joiners.clear()) joiner.settle(true); }
  }
}

function isSmall(item: EncodedValue): boolean {
  return item.blocks.length === 0 && item.text.length < MAX_PREFETCHED_CHARS;
}

function queueClosed(): ClosedError {
  return new ClosedError("Cannot put into queue: it is closed");
}

function queueDrained(): ClosedError {
  return new ClosedError("Cannot get from queue: it is closed and nothing is left");
}
