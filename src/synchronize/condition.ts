/**
 * `Condition`: a lock, and waiting until somebody says that what it guards has
 * changed, between processes, as in Python's `multiprocessing`. What a condition is
 * where it lives is `condition_state.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { AcquireWait, Held } from "./acquire.ts";
import { Lock, type RLock } from "./lock.ts";
import { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { existingRefOf, objectFor, refBeside } from "../remote/object_registry.ts";

let conditionWaits = 0;

/**
 * A lock, and a way to wait until another process says that something has changed.
 *
 * It lives where its lock does. Waiters are woken in the order in which they began to wait. A notice for a waiter that
 * dies or gives up before it is told goes to the next one, so that no notice is lost.
 *
 * Python's `multiprocessing.Condition`, but the lock of its own is a {@linkcode Lock}, where Python makes an `RLock`:
 * Python's threads are different owners of an RLock, while all tasks of a JavaScript process are the same one, and one
 * that waits would give up the lock of the others. Pass an {@linkcode RLock} where a single task per process acquires the
 * condition several times.
 *
 * @example A child that waits for its parent
 * ```ts
 * import { Condition, Process, Value } from "@brood/multiprocessing";
 *
 * export async function wait(condition: Condition, ready: Value) {
 *   await using _ = await condition.hold();
 *   await condition.waitFor(async () => await ready.get() === 1);
 *   console.log("it is ready"); // it is ready
 * }
 *
 * if (import.meta.main) {
 *   const [condition, ready] = [new Condition(), new Value("i")];
 *   const child = new Process({ target: wait, args: [condition, ready] }).start();
 *   {
 *     await using _ = await condition.hold();
 *     await ready.set(1);
 *     await condition.notify();
 *   }
 *   await child.join();
 * }
 * ```
 */
export class Condition {
  readonly #ref: ObjectRef;
  readonly #lock: Lock;

  /**
   * Makes a condition that lives with its lock.
   *
   * @param lock absent: a {@linkcode Lock} of its own
   * @throws {TypeError} `lock` is no lock
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(lock: Lock | RLock = new Lock()) {
    // For a condition that came in, it is the lock's handle.
    const arrived: unknown = lock;
    if (Array.isArray(arrived)) {
      const [kind, id, where] = arrived as [string, string, ConstructorParameters<typeof ObjectRef>[2]];
      this.#ref = refBeside(this, null, "Condition");
      lock = objectFor(new ObjectRef(kind, id, where, [])) as Lock;
    } else {
      if (!(lock instanceof Lock)) throw typeError("Cannot make condition: lock is neither a Lock nor an RLock");
      this.#ref = refBeside(this, existingRefOf(lock)!, "Condition");
    }
    this.#lock = lock;
  }

  /** Acquires its lock. @returns true when it is held, false when it could not be had in time */
  acquire(options?: AcquireWait): Promise<boolean> {
    return this.#lock.acquire(options);
  }

  /** Releases its lock. @throws {StateError} it is not held */
  release(): Promise<void> {
    return this.#lock.release();
  }

  /** Holds its lock until what this gives is disposed of. @throws {TimeoutError} it could not be had in time */
  hold(options?: Wait): Promise<Held> {
    return this.#lock.hold(options);
  }

  /**
   * Releases its lock, however often this process has acquired it, waits for a notice, and acquires it again as often.
   * However the wait ends, the lock is held again before this settles; the timeout does not bound that.
   *
   * @returns true when it was notified, false when the timeout came first
   * @throws {StateError} this process does not hold the lock
   * @throws {ConnectError} the process that owns the lock is gone
   */
  async wait(options?: Wait): Promise<boolean> {
    const token = ++conditionWaits;
    try {
      const how = { args: [token], wait: options, onTimeout: () => false };
      if (await this.#ref.request<boolean>("wait on condition", "wait", how)) return true;
    } catch (error) {
      if (options?.signal?.aborted && error === options.signal.reason) await this.#return(token).catch(() => {});
      throw error;
    }
    await this.#return(token);
    return false;
  }

  #return(token: number): Promise<void> {
    return this.#ref.request("wait on condition", "return", { args: [token] });
  }

  /**
   * Waits until `predicate` gives something true. It is called with the lock held, at once and after every notice.
   *
   * @param predicate runs in this process; may return a promise
   * @returns true when it gave something true, false when the timeout came first
   * @throws {StateError} this process does not hold the lock
   * @throws {ConnectError} the process that owns the lock is gone
   */
  async waitFor(predicate: () => unknown, options: Wait = {}): Promise<boolean> {
    if (typeof predicate !== "function") {
      throw typeError("Cannot wait on condition: the predicate is not a function");
    }
    checkWait(options, "wait on condition");
    const { timeout = Infinity, signal } = options;
    const end = performance.now() + timeout;
    while (!await predicate()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.wait({ timeout: left, signal });
    }
    return true;
  }

  /**
   * Wakes waiters, first come, first served; does nothing when nobody waits. They go on when the lock is free.
   *
   * @param n how many at most
   * @throws {TypeError} `n` is not a whole number
   * @throws {StateError} this process does not hold the lock
   */
  async notify(n: number = 1): Promise<void> {
    if (!Number.isInteger(n)) throw typeError("Cannot notify condition: n is not a whole number");
    await this.#ref.perform("notify condition", "notify", { args: [n] });
  }

  /** Wakes all waiters. @throws {StateError} this process does not hold the lock */
  notifyAll(): Promise<void> {
    return this.#ref.perform("notify condition", "notify", { args: [null] });
  }
}

async function loadConditionState(): Promise<StateFactory> {
  const { createCondition } = await loadPart(import.meta.url, () => import("./condition_state.ts"));
  return { create: createCondition };
}

shareable("Condition", Condition, loadConditionState);
