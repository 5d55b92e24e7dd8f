/**
 * `Condition`: a lock, and waiting for news of what it guards, between processes, as
 * in Python's `multiprocessing`. What a condition is where it lives is
 * `condition_state.ts`.
 *
 * @module
 */
import { checkWait, type Wait } from "../runtime/deadline.ts";
import type { AcquireWait, Held } from "./acquire.ts";
import { Lock, RLock } from "./lock.ts";
import { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { existingRefOf, objectFor, refBeside } from "../remote/object_registry.ts";

let waits = 0;

/**
 * A lock, and a way to wait until another process says that something has changed.
 *
 * It lives where its lock does. Who waited first is woken first. A notice for a
 * waiter that dies or gives up before it is told goes to the next one, so that
 * none is lost and nobody waits for the dead.
 *
 * As its owner is a process, tasks of one process that share a condition make it
 * of a {@linkcode Lock}: `new Condition(new Lock())`.
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
  readonly #reach: ObjectRef;
  readonly #lock: Lock;

  /**
   * Makes a condition that lives with its lock.
   *
   * @param lock absent: an {@linkcode RLock} of its own
   * @throws {TypeError} `lock` is no lock
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(lock: Lock | RLock = new RLock()) {
    // For a condition that came in, it is the lock's handle.
    const arrived: unknown = lock;
    if (Array.isArray(arrived)) {
      const [kind, id, where] = arrived as [string, string, ConstructorParameters<typeof ObjectRef>[2]];
      this.#reach = refBeside(this, null, "Condition");
      lock = objectFor(new ObjectRef(kind, id, where, [])) as Lock;
    } else {
      if (!(lock instanceof Lock)) throw new TypeError("Cannot make condition: lock is neither a Lock nor an RLock");
      this.#reach = refBeside(this, existingRefOf(lock)!, "Condition");
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
   * Releases its lock, however often this process has acquired it, waits for a notice, and acquires it again as often:
   * however the wait ends, it holds the lock again before this settles, and for that there is no bound.
   *
   * @returns true when it was notified, false when the timeout came first
   * @throws {StateError} this process does not hold the lock
   * @throws {ConnectError} the process that owns the lock is gone
   */
  async wait(options?: Wait): Promise<boolean> {
    const token = ++waits;
    try {
      const how = { args: [token], wait: options, onTimeout: () => false };
      if (await this.#reach.request<boolean>("wait on condition", "wait", how)) return true;
    } catch (error) {
      if (options?.signal?.aborted && error === options.signal.reason) await this.#return(token).catch(() => {});
      throw error;
    }
    await this.#return(token);
    return false;
  }

  #return(token: number): Promise<void> {
    return this.#reach.request("wait on condition", "return", { args: [token] });
  }

  /**
   * Waits until something holds, asking again at every notice. The lock is to be held, and is while it asks.
   *
   * @param predicate runs in this process
   * @returns whether it held in the end: false when the timeout came first
   * @throws {StateError} this process does not hold the lock
   * @throws {ConnectError} the process that owns the lock is gone
   */
  async waitFor(predicate: () => unknown, options: Wait = {}): Promise<boolean> {
    if (typeof predicate !== "function") {
      throw new TypeError("Cannot wait on condition: the predicate is not a function");
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
   * Wakes those who wait, first come, first served; does nothing when nobody does. They go on when the lock is free.
   *
   * @param n how many at most
   * @throws {TypeError} `n` is not a whole number
   * @throws {StateError} this process does not hold the lock
   */
  async notify(n: number = 1): Promise<void> {
    if (!Number.isInteger(n)) throw new TypeError("Cannot notify condition: n is not a whole number");
    await this.#reach.perform("notify condition", "notify", { args: [n] });
  }

  /** Wakes all who wait. @throws {StateError} this process does not hold the lock */
  notifyAll(): Promise<void> {
    return this.#reach.perform("notify condition", "notify", { args: [null] });
  }
}

async function loadState(): Promise<StateFactory> {
  const { createCondition } = await import("./condition_state.ts");
  return { create: createCondition };
}

shareable("Condition", Condition, loadState);
