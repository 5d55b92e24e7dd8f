/**
 * A lock where it lives: who holds it, how often, and who waits for it, first
 * come, first served. Callers' side: `lock.ts`.
 *
 *     free ── granted ─► held ── released as often, or suspended ─► free
 *       ▲                  └──── its holder dies ─► abandoned ── granted ─► held
 *
 * @module
 */
import { ProtocolError, StateError } from "../errors.ts";
import { type Delivery, type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";
import { Hold } from "./lock_hold.ts";

/** A wait on a condition that wants back the hold which it gave up. */
interface Resumption {
  readonly suspended: Hold;
  readonly delivery: Delivery;
}

export class LockState implements ObjectState {
  readonly #isRecursive: boolean;
  readonly #waiting = new WaitQueue();
  /** Those of the operations that want back what they gave up. */
  readonly #resumptions = new WeakMap<Operation, Resumption>();
  #hold: Hold | null = null;
  /** The last holder died with the lock; the next one is told. */
  #isAbandoned = false;

  constructor(isRecursive: boolean) {
    this.#isRecursive = isRecursive;
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "acquire":
        return this.#acquire(operation);
      case "release":
        return this.#release(operation);
      case "isLocked":
        return operation.settle(this.#hold !== null);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a lock does not know how`);
    }
  }

  describe(): object {
    return { locked: this.#hold !== null };
  }

  clientGone(client: ObjectClient): void {
    if (this.#hold?.client !== client) return;
    this.#isAbandoned = true;
    this.#free();
  }

  #acquire(operation: Operation): void {
    const hold = this.#hold;
    if (hold === null) return this.#grant(operation);
    if (!this.#isRecursive || hold.client !== operation.client) return this.#waiting.add(operation);
    hold.levels++;
    operation.settle(false, { undone: () => this.#lower(hold, 1), enables: "release" });
  }

  #release(operation: Operation): void {
    const hold = this.#hold;
    // A pushed release was allowed when it was sent; another process may have released the lock meanwhile.
    if (operation.isPushed && (hold === null || this.#isRecursive && hold.client !== operation.client)) return;
    if (this.#isRecursive && hold?.client !== operation.client) {
      throw new StateError(
        "Cannot release recursive lock: this process does not hold it, acquire it first",
        "not owned",
      );
    }
    if (hold === null) throw new StateError("Cannot release lock: nobody holds it, acquire it first", "unlocked");
    operation.settle();
    this.#lower(hold, 1);
  }

  // --- for conditions ---

  /** @throws {StateError} the client does not hold the lock */
  holdOf(client: ObjectClient, act: string): Hold {
    if (this.#hold?.client === client) return this.#hold;
    throw new StateError(`Cannot ${act}: this process does not hold its lock, ${this.#remedy}`, "not owned");
  }

  get #remedy(): string {
    return this.#isRecursive
      ? "acquire it first; tasks of one process share an RLock, make the condition of a Lock for them"
      : "acquire it first";
  }

  /** Takes the lock from its holder, however often that has acquired it, until {@linkcode resume}. */
  suspend(hold: Hold): void {
    this.#free();
    hold.resumedAs = null;
  }

  /** Gives the lock back to whoever gave it up, as soon as it is free: then the operation is settled with `true`. */
  resume(operation: Operation, suspended: Hold, delivery: Delivery): void {
    this.#resumptions.set(operation, { suspended, delivery });
    if (this.#hold === null) this.#grant(operation);
    else this.#waiting.add(operation);
  }

  // --- transitions ---

  #grant(operation: Operation): void {
    const resumption = this.#resumptions.get(operation);
    if (resumption === undefined) this.#grantNew(operation);
    else this.#grantAgain(operation, resumption);
  }

  #grantNew(operation: Operation): void {
    const hold = new Hold(operation.client, 1);
    const wasAbandoned = this.#take(hold);
    operation.settle(wasAbandoned, {
      ...operation.act === "acquire" && { enables: "release" },
      undone: () => {
        if (this.#hold !== hold) return;
        if (hold.levels === 1) this.#isAbandoned ||= wasAbandoned; // its holder never knew, the next one is told
        this.#lower(hold, 1);
      },
    });
  }

  #grantAgain(operation: Operation, { suspended, delivery }: Resumption): void {
    const hold = new Hold(operation.client, Math.max(1, suspended.levels));
    suspended.resumedAs = hold;
    const wasAbandoned = this.#take(hold);
    operation.settle(true, {
      kept: () => delivery.kept?.(),
      undone: () => {
        suspended.resumedAs = null;
        suspended.levels = hold.levels;
        if (this.#hold === hold) {
          this.#isAbandoned ||= wasAbandoned;
          this.#lower(hold, hold.levels);
        }
        delivery.undone();
      },
    });
  }

  /** @returns whether the lock was abandoned */
  #take(hold: Hold): boolean {
    const wasAbandoned = this.#isAbandoned;
    this.#hold = hold;
    this.#isAbandoned = false;
    hold.client.holdings.add(this);
    return wasAbandoned;
  }

  #lower(hold: Hold, levels: number): void {
    const current = hold.latest;
    current.levels -= levels;
    if (this.#hold === current && current.levels <= 0) this.#free();
  }

  #free(): void {
    this.#hold!.client.holdings.delete(this);
    this.#hold = null;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#grant(next);
  }
}
