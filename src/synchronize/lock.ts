/**
 * `Lock` and `RLock`: held by one at a time, between processes, as in Python's
 * `multiprocessing`. What a lock is where it lives is `lock_state.ts`.
 *
 * @module
 */
import type { Wait } from "../runtime/deadline.ts";
import { loadPart } from "../runtime/load_part.ts";
import { acquire, type AcquireWait, type Held, hold, release } from "./acquire.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { objectFor, refOf } from "../remote/object_registry.ts";

/**
 * A lock that one task holds at a time, among all tasks of all processes that have it.
 *
 * It lives in the process that made it; another process gets it as an argument, in a queue, or inside any value. Calls
 * are served in the order in which they came. As in Python, any process may release it. When a process dies, however it
 * does, the lock that it acquired last and nobody has released since is free again, and the next holder is told:
 * {@linkcode Held.abandoned}. When the process that made it is gone, every use rejects with {@linkcode ConnectError}.
 *
 * @example Two children, one at a time
 * ```ts
 * import { Lock, Process, Value } from "@brood/multiprocessing";
 *
 * export async function count(lock: Lock, counter: Value) {
 *   for (let n = 0; n < 50; n++) {
 *     await using _ = await lock.hold();
 *     await counter.set(await counter.get() + 1);
 *   }
 * }
 *
 * if (import.meta.main) {
 *   const [lock, counter] = [new Lock(), new Value("i")];
 *   const children = [1, 2].map(() => new Process({ target: count, args: [lock, counter] }).start());
 *   for (const child of children) await child.join();
 *   console.log(await counter.get()); // 100
 * }
 * ```
 */
export class Lock {
  readonly #ref: ObjectRef;

  /** Makes a lock that lives in this process and that nobody holds. @throws {ConnectError} this process may not listen for others */
  constructor() {
    this.#ref = refOf(this, this instanceof RLock ? "RLock" : "Lock", []);
  }

  /**
   * Acquires it; waits while another holds it.
   *
   * @returns true when it was acquired, false when the timeout came first, or at once when it may not wait
   * @throws {ConnectError} the process that owns the lock is gone
   */
  acquire(options?: AcquireWait): Promise<boolean> {
    return acquire(this.#ref, options);
  }

  /**
   * Releases it, whoever acquired it.
   *
   * @throws {StateError} nobody holds it
   * @throws {ConnectError} the process that owns the lock is gone
   */
  release(): Promise<void> {
    return release(this.#ref);
  }

  /** Whether somebody holds it now. */
  locked(): Promise<boolean> {
    return this.#ref.request("ask whether lock is held", "isLocked");
  }

  /**
   * Acquires it until what this gives is disposed of: `await using _ = await lock.hold()`.
   *
   * @throws {TimeoutError} it could not be had in time
   * @throws {ConnectError} the process that owns the lock is gone
   */
  hold(options?: Wait): Promise<Held> {
    return hold(this.#ref, options);
  }
}

/**
 * A lock that its owner may acquire again: it is free when it was released as often.
 *
 * Its owner is a process, as Python's is a thread of a process. All tasks of one process are the same owner and do not
 * wait for each other; use a {@linkcode Lock} to keep them apart.
 */
export class RLock extends Lock {
  /**
   * Releases it once.
   *
   * @throws {StateError} this process does not hold it
   * @throws {ConnectError} the process that owns the lock is gone
   */
  override release(): Promise<void> {
    return super.release();
  }
}

/** The lock of the object that `ref` leads to. */
export function lockOf(ref: ObjectRef): RLock {
  return objectFor(ref.lock) as RLock;
}

async function loadLockState(isReentrant: boolean): Promise<StateFactory> {
  const { LockState } = await loadPart(import.meta.url, () => import("./lock_state.ts"));
  return { create: () => new LockState(isReentrant) };
}

shareable("Lock", Lock, () => loadLockState(false));
shareable("RLock", RLock, () => loadLockState(true));
