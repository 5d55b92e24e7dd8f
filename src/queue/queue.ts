/**
 * `Queue`, `JoinableQueue`, `SimpleQueue`: first in, first out, between processes,
 * as in Python's `multiprocessing`. What a queue is where it lives is
 * `queue_state.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { encode, type Encoded } from "../codec/codec.ts";
import { ClosedError, Empty, Full } from "../errors.ts";
import type { Wait } from "../runtime/deadline.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { existingRefOf, refOf } from "../remote/object_registry.ts";

/**
 * Bounds of a `put()` or `get()`: with a timeout of 0 milliseconds or less, and with `block: false`, it does not wait.
 *
 * A `put()` whose bounds are over is withdrawn by the process that owns the queue, and settles with its answer: it
 * rejects only if the item is not in the queue and will not be. While that process computes there is no answer, so the
 * `put()` settles later than its timeout then. A `get()` settles at its bounds, whatever that process does.
 */
export interface QueueWait extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

/**
 * A queue that any process can put into and take from.
 *
 * It lives in the process that made it; another process gets it as an argument, as a result, in another queue, or inside
 * any value, and has the same queue then. Items are copied when they are put. Calls are served in the order in which they
 * came; items of one producer keep their order. An item that was given to a process which died before its `get()` settled
 * goes to the next taker. When the process that made it is gone, every use rejects with {@linkcode ConnectError}. An idle
 * queue keeps no program alive; a pending `put()` or `get()` does.
 *
 * Python's `multiprocessing.Queue`, without its feeder thread: when `put()` has settled, the item arrives, whatever
 * process dies next but the queue's own, and however long the producer computes.
 *
 * @typeParam T type of the items
 *
 * @example A child that puts, a parent that gets
 * ```ts
 * import { Process, Queue } from "@brood/multiprocessing";
 *
 * export async function greet(queue: Queue<string>) {
 *   await queue.put("hello");
 * }
 *
 * if (import.meta.main) {
 *   const queue = new Queue<string>();
 *   new Process({ target: greet, args: [queue] }).start();
 *   console.log(await queue.get()); // hello
 * }
 * ```
 */
export class Queue<T = unknown> {
  readonly #ref: ObjectRef;

  /**
   * Makes an empty queue that lives in this process.
   *
   * @param maxsize the most items that it holds; 0 or less, and Infinity: any number
   * @throws {TypeError} `maxsize` is not a whole number
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(maxsize: number = 0) {
    if (!Number.isInteger(maxsize) && maxsize !== Infinity) {
      throw typeError("Cannot make queue: maxsize is not a whole number");
    }
    const kind = this instanceof JoinableQueue ? "JoinableQueue" : "Queue";
    this.#ref = refOf(this, kind, [Number.isFinite(maxsize) ? maxsize : 0]);
  }

  /**
   * Puts an item at the end; waits while the queue is full.
   *
   * @returns settles when the item is in the queue, or on its way there in a manner that outlives this process
   * @throws {Full} there was no room in time; nothing is put
   * @throws {ClosedError} the queue is closed; `value` is the item
   * @throws {SerializationError} the item cannot be sent to another process
   * @throws {ConnectError} the process that owns the queue is gone
   */
  put(item: T, options?: QueueWait): Promise<void> {
    return put(this.#ref, item, options);
  }

  /** The same as `put()` with `block: false`. @throws {Full} there is no room */
  putNowait(item: T): Promise<void> {
    return this.put(item, { block: false });
  }

  /**
   * Takes the first item; waits while there is none.
   *
   * @throws {Empty} there was none in time
   * @throws {ClosedError} the queue is closed and nothing is left
   * @throws {ConnectError} the process that owns the queue is gone
   */
  get(options?: QueueWait): Promise<T> {
    return get(this.#ref, options);
  }

  /** The same as `get()` with `block: false`. @throws {Empty} there is no item */
  getNowait(): Promise<T> {
    return this.get({ block: false });
  }

  /** The number of items in it now. Exact, unlike Python's; another process may change it at once. */
  qsize(): Promise<number> {
    return size(this.#ref);
  }

  /** Whether it is empty now. */
  async empty(): Promise<boolean> {
    return await this.qsize() === 0;
  }

  /**
   * Whether it holds `maxsize` items, with those on their way to a taker, so that a `put()` would have to wait. One may
   * wait some milliseconds also when it is not full, where others have just put much: room is kept for them.
   */
  full(): Promise<boolean> {
    return this.#ref.request("ask whether queue is full", "isFull");
  }

  /**
   * Closes it for all processes: nothing more can be put, and what was put before can still be taken. Idempotent.
   *
   * Python's `close()` closes it for the calling process only.
   */
  close(): Promise<void> {
    return close(this.#ref);
  }

  /** Gets items until the queue is closed and nothing is left. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof ClosedError) return;
        throw error;
      }
      yield item;
    }
  }
}

/** A queue whose producers can wait until every item has been dealt with. Python's `multiprocessing.JoinableQueue`. */
export class JoinableQueue<T = unknown> extends Queue<T> {
  /**
   * Marks one item that was taken as done.
   *
   * @throws {RangeError} more items were marked than were put
   */
  taskDone(): Promise<void> {
    return existingRefOf(this)!.perform("mark task as done", "taskDone");
  }

  /**
   * Waits until `taskDone()` was called for every item that was put.
   *
   * @returns true when all is done, false when the timeout came first
   */
  join(options?: Wait): Promise<boolean> {
    return existingRefOf(this)!.request("join queue", "join", { wait: options, onTimeout: () => false });
  }
}

/** A queue of any number of items, with few methods. Python's `multiprocessing.SimpleQueue`. */
export class SimpleQueue<T = unknown> {
  readonly #ref: ObjectRef;

  /** Makes an empty queue that lives in this process. @throws {ConnectError} this process may not listen for others */
  constructor() {
    this.#ref = refOf(this, "SimpleQueue", []);
  }

  /** Puts an item at the end. @throws {ClosedError} the queue is closed; `value` is the item */
  put(item: T): Promise<void> {
    return put(this.#ref, item);
  }

  /** Takes the first item; waits while there is none. @throws {Empty} there was none in time */
  get(options?: Wait): Promise<T> {
    return get(this.#ref, options);
  }

  /** Whether it holds nothing now. */
  async empty(): Promise<boolean> {
    return await size(this.#ref) === 0;
  }

  /** Closes it for all processes, as {@linkcode Queue.close}. */
  close(): Promise<void> {
    return close(this.#ref);
  }
}

function put(ref: ObjectRef, item: unknown, options?: QueueWait): Promise<void> {
  const fault = (error: unknown) => error instanceof ClosedError ? new ClosedError(error.message, item) : error;
  let value: Encoded;
  try {
    value = encode(item, "item");
  } catch (error) {
    return Promise.reject(error);
  }
  return ref.perform("put into queue", "put", {
    value,
    wait: options,
    onTimeout: full,
    mapError: fault,
    earnsCredit: true,
  });
}

function get<T>(ref: ObjectRef, options?: QueueWait): Promise<T> {
  return ref.request("get from queue", "get", { wait: options, onTimeout: empty, isRepeated: true });
}

function size(ref: ObjectRef): Promise<number> {
  return ref.request("ask the size of queue", "size");
}

function close(ref: ObjectRef): Promise<void> {
  return ref.perform("close queue", "close");
}

function full(): never {
  throw new Full("Cannot put into queue: it is full");
}

function empty(): never {
  throw new Empty("Cannot get from queue: it is empty");
}

async function loadQueueState(): Promise<StateFactory> {
  const { QueueState } = await loadPart(import.meta.url, () => import("./queue_state.ts"));
  return { create: (maxsize: number = 0) => new QueueState(maxsize) };
}

shareable("Queue", Queue, loadQueueState);
shareable("JoinableQueue", JoinableQueue, loadQueueState);
shareable("SimpleQueue", SimpleQueue, loadQueueState);
