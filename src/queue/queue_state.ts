/**
 * A queue where it lives: its items, and those who wait to put or to get, first
 * come, first served. Callers' side: `queue.ts`.
 *
 * @module
 */
import { ClosedError, ProtocolError } from "../errors.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { Deque } from "../deque.ts";
import { type Delivery, type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

/** Milliseconds after which what a busy taker seems to have taken is taken: it would have found out that it is not. */
const DOUBT = 100;
/** How long takers at a closed queue wait for processes that have not given their leases back, in milliseconds: … */
const LEASE_TIMEOUT_MS = 1_000;
/** … and as long as an item of theirs has come within this time. While this process is busy none can. */
const LEASE_QUIET_MS = 50;

export class QueueState implements ObjectState {
  readonly #maxsize: number;
  readonly #items = new Deque<EncodedValue>();
  readonly #putters = new WaitQueue();
  readonly #takers = new WaitQueue();
  readonly #joiners = new WaitQueue();
  /** How many items were ever put. */
  #stored = 0;
  /** Items that are under way to a taker. */
  #given = 0;
  /** Items that were put and not said to be done. */
  #unfinished = 0;
  /** How many of those were given in advance, by taker: to all others they are in the queue still. */
  readonly #ahead = new Map<ObjectClient, number>();
  /** Who has taken last, and how often in a row. */
  #last: ObjectClient | null = null;
  #streak = 0;
  #willServe = false;
  #closed = false;
  /** Who may put without asking, and how each is asked to stop that: only where there is room for everything. */
  readonly #leases = new Map<ObjectClient, () => void>();
  /** While it is closed and leases are out: ends the takers' wait for them. */
  #leaseTimer: ReturnType<typeof setTimeout> | undefined;
  #waitsForLeases = true;

  constructor(maxsize: number) {
    this.#maxsize = maxsize > 0 ? maxsize : Infinity;
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
        return operation.settle(this.#size >= this.#maxsize);
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

  get #size(): number {
    let size = this.#items.size;
    for (const count of this.#ahead.values()) size += count;
    return size;
  }

  #put(operation: Operation): void {
    const [deadline] = operation.args as [number?];
    if (operation.value === null) throw new ProtocolError("Cannot put into queue: there is no item");
    if (this.#closed && !this.#leases.has(operation.client)) throw closed();
    if (deadline !== undefined && Date.now() > deadline) return operation.lapse(); // its caller has given up
    if (this.#size >= this.#maxsize) return this.#putters.add(operation);
    this.#store(operation);
    if (this.#maxsize === Infinity && !this.#closed) this.#lease(operation);
    this.#serve();
  }

  #lease(operation: Operation): void {
    const { client } = operation;
    if (this.#leases.has(client)) return;
    const revoke = operation.lease(() => {
      this.#leases.delete(client);
      if (this.#leases.size === 0) clearTimeout(this.#leaseTimer);
      this.#serve();
    });
    if (revoke !== null) this.#leases.set(client, revoke);
  }

  #store(operation: Operation): void {
    const value = operation.value!;
    value.number = ++this.#stored;
    this.#items.push(value);
    this.#unfinished++;
    operation.settle();
  }

  #get(operation: Operation): void {
    for (const client of [...this.#ahead.keys()]) client.reclaim(); // that is older than what is here
    if (this.#items.size === 0) {
      if (this.#isDrained()) throw drained();
      return this.#takers.add(operation);
    }
    this.#hand(operation);
    this.#provide(operation);
    this.#serve();
  }

  /** A taker that is alone and comes back at once gets more than it asks for, as it will ask for that next. */
  #provide(operation: Operation): void {
    const [appetite] = operation.args as [number?];
    this.#streak = operation.client === this.#last ? this.#streak + 1 : 0;
    this.#last = operation.client;
    if (!(appetite! > 0)) return;
    for (let count = Math.min(appetite!, this.#streak); count > 0; count--) {
      const item = this.#items.first();
      if (item === undefined || !isSmall(item) || !operation.prefetch(item, this.#receipt(item, operation.client))) {
        return;
      }
      this.#items.shift();
      this.#given++;
      this.#ahead.set(operation.client, (this.#ahead.get(operation.client) ?? 0) + 1);
    }
  }

  #receipt(item: EncodedValue, client: ObjectClient): Delivery {
    let isAhead = true;
    let isGiven = true;
    const leave = () => {
      if (!isAhead) return;
      isAhead = false;
      const left = this.#ahead.get(client)! - 1;
      if (left === 0) this.#ahead.delete(client);
      else this.#ahead.set(client, left);
    };
    const settled = () => {
      if (isGiven) this.#given--;
      isGiven = false;
      this.#serveSoon();
    };
    let doubt: ReturnType<typeof setTimeout> | undefined;
    return {
      begun: () => {
        leave();
        this.#serveSoon();
        doubt = setTimeout(settled, DOUBT);
      },
      kept: () => {
        clearTimeout(doubt);
        this.#streak++;
        leave();
        settled();
      },
      undone: () => {
        clearTimeout(doubt);
        this.#putBack(item);
        leave();
        settled();
      },
    };
  }

  /** When all is back that comes back together: it comes last first. */
  #serveSoon(): void {
    if (this.#willServe) return;
    this.#willServe = true;
    queueMicrotask(() => {
      this.#willServe = false;
      this.#serve();
    });
  }

  /** Should the taker die before it has the item, the next one gets it. */
  #hand(operation: Operation): void {
    const item = this.#items.shift()!;
    this.#given++;
    operation.settle(item, {
      kept: () => {
        this.#given--;
        if (this.#isDrained()) this.#serve();
      },
      undone: () => {
        this.#given--;
        this.#putBack(item);
        this.#serveSoon();
      },
    });
  }

  /** In its old place: of several that come back, each may come back first. */
  #putBack(item: EncodedValue): void {
    const before: EncodedValue[] = [];
    while (this.#items.size > 0 && this.#items.first()!.number < item.number) before.push(this.#items.shift()!);
    this.#items.unshift(item);
    while (before.length > 0) this.#items.unshift(before.pop()!);
  }

  /** Serves who waits, as far as there is room and as far as there are items. */
  #serve(): void {
    for (;;) {
      if (this.#items.size > 0 && this.#takers.size > 0) this.#hand(this.#takers.shift()!);
      else if (this.#size < this.#maxsize && this.#putters.size > 0) this.#store(this.#putters.shift()!);
      else break;
    }
    if (this.#takers.size > 0 && this.#isDrained()) {
      for (const operation of this.#takers.clear()) operation.fail(drained());
    }
  }

  #isDrained(): boolean {
    return this.#closed && this.#items.size === 0 && this.#given === 0 &&
      (this.#leases.size === 0 || !this.#waitsForLeases);
  }

  #close(operation: Operation): void {
    if (!this.#closed && this.#leases.size > 0) this.#revoke();
    this.#closed = true;
    for (const putter of this.#putters.clear()) putter.fail(closed());
    operation.settle();
    this.#serve();
  }

  /** Asks for all leases. A process whose event loop does not turn gives none back; what it has put arrives all the same. */
  #revoke(): void {
    for (const revoke of this.#leases.values()) revoke();
    this.#leaseTimer = setTimeout(() => this.#awaitQuiet(), LEASE_TIMEOUT_MS);
  }

  #awaitQuiet(): void {
    const stored = this.#stored;
    this.#leaseTimer = setTimeout(() => {
      if (this.#stored !== stored) return this.#awaitQuiet();
      this.#waitsForLeases = false;
      this.#serve();
    }, LEASE_QUIET_MS);
  }

  #taskDone(operation: Operation): void {
    if (this.#unfinished === 0) throw new RangeError("Cannot mark task as done: more are done than were put");
    operation.settle();
    if (--this.#unfinished === 0) { for (const joiner of this.#joiners.clear()) joiner.settle(true); }
  }
}

/** Small enough to be given before it is asked for. */
function isSmall(item: EncodedValue): boolean {
  return item.blocks.length === 0 && item.text.length < 4_096;
}

function closed(): ClosedError {
  return new ClosedError("Cannot put into queue: it is closed");
}

function drained(): ClosedError {
  return new ClosedError("Cannot get from queue: it is closed and nothing is left");
}
