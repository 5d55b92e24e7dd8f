/**
 * `Semaphore` and `BoundedSemaphore`: permits that are taken and returned,
 * between processes, as in Python's `multiprocessing`. What a semaphore is where it
 * lives is `semaphore_state.ts`.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import type { Wait } from "../runtime/deadline.ts";
import { loadPart } from "../runtime/load_part.ts";
import { acquire, type AcquireWait, type Held, hold, release } from "./acquire.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";

/**
 * A number of permits. `acquire()` takes one and waits while there is none;
 * `release()` gives one.
 *
 * It lives in the process that made it. Calls are served in the order in which they came. As in Python, any process may
 * release, also more often than it acquired: a process that has taken no permit returns the one that was taken longest
 * ago, or adds one when all are there. When a process dies, the permits that it has taken and not returned are free
 * again, and the next process to take one is told: {@linkcode Held.abandoned}.
 *
 * @example Two at a time
 * ```ts
 * import { Pool, Semaphore } from "@brood/multiprocessing";
 *
 * export async function fetchOne(limit: Semaphore, n: number) {
 *   await using _ = await limit.hold();
 *   return n * n;
 * }
 *
 * if (import.meta.main) {
 *   const limit = new Semaphore(2);
 *   await using pool = new Pool(4);
 *   console.log(await pool.starmap(fetchOne, [1, 2, 3].map((n) => [limit, n] as [Semaphore, number]))); // [1, 4, 9]
 * }
 * ```
 */
export class Semaphore {
  readonly #ref: ObjectRef;

  /**
   * Makes a semaphore that lives in this process.
   *
   * @param value how many permits there are at first
   * @throws {TypeError} `value` is not a whole number
   * @throws {RangeError} `value` is below 0
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(value: number = 1) {
    if (!Number.isInteger(value)) throw typeError("Cannot make semaphore: value is not a whole number");
    if (value < 0) throw rangeError("Cannot make semaphore: value is below 0");
    this.#ref = refOf(this, this instanceof BoundedSemaphore ? "BoundedSemaphore" : "Semaphore", [value]);
  }

  /**
   * Takes a permit; waits while there is none.
   *
   * @returns true when it was taken, false when there was none in time
   * @throws {ConnectError} the process that owns the semaphore is gone
   */
  acquire(options?: AcquireWait): Promise<boolean> {
    return acquire(this.#ref, options);
  }

  /** Returns a permit. @throws {ConnectError} the process that owns the semaphore is gone */
  release(): Promise<void> {
    return release(this.#ref);
  }

  /** How many permits there are now. */
  getValue(): Promise<number> {
    return this.#ref.request("ask the value of semaphore", "value");
  }

  /**
   * Takes a permit until what this gives is disposed of: `await using _ = await semaphore.hold()`.
   *
   * @throws {TimeoutError} there was none in time
   * @throws {ConnectError} the process that owns the semaphore is gone
   */
  hold(options?: Wait): Promise<Held> {
    return hold(this.#ref, options);
  }
}

/** A semaphore that never has more permits than at first. */
export class BoundedSemaphore extends Semaphore {
  /**
   * Returns a permit.
   *
   * @throws {RangeError} all its permits are there
   * @throws {ConnectError} the process that owns the semaphore is gone
   */
  override release(): Promise<void> {
    return super.release();
  }
}

async function loadSemaphoreState(isBounded: boolean): Promise<StateFactory> {
  const { SemaphoreState } = await loadPart(import.meta.url, () => import("./semaphore_state.ts"));
  return { create: (value: number) => new SemaphoreState(value, isBounded) };
}

shareable("Semaphore", Semaphore, () => loadSemaphoreState(false));
shareable("BoundedSemaphore", BoundedSemaphore, () => loadSemaphoreState(true));
