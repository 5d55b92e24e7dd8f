/**
 * A lock where it lives: who holds it, how often, and who waits for it, first
 * come, first served. Callers' side: `lock.ts`.
 *
 * @module
 */
import { ProtocolError, StateError } from "../errors.ts";
import { type Delivery, type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

/** A party's hold on the lock, from when it was free to when it is. */
export interface Grant {
  readonly party: ObjectClient;
  /** How often it is to be released. */
  levels: number;
  /** The hold in which this one goes on, after a wait on a condition. */
  heir: Grant | null;
}

/** What a wait on a condition comes back for. */
interface Return {
  /** What was given up for the wait. */
  readonly grant: Grant;
  readonly receipt: Delivery;
}

export class LockState implements ObjectState {
  readonly #isRecursive: boolean;
  readonly #line = new WaitQueue();
  /** Of those in the line, who comes back from a wait. */
  readonly #returns = new WeakMap<Operation, Return>();
  #grant: Grant | null = null;
  /** Its last holder died with it. */
  #isAbandoned = false;

  constructor(isRecursive: boolean) {
    this.#isRecursive = isRecursive;
  }

  perform(turn: Operation): void {
    switch (turn.act) {
      case "acquire":
        return this.#acquire(turn);
      case "release":
        return this.#release(turn);
      case "isLocked":
        return turn.settle(this.#grant !== null);
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a lock does not know how`);
    }
  }

  clientGone(party: ObjectClient): void {
    if (this.#grant?.party !== party) return;
    this.#isAbandoned = true;
    this.#free();
  }

  #acquire(turn: Operation): void {
    const grant = this.#grant;
    if (grant === null) return this.#give(turn);
    if (!this.#isRecursive || grant.party !== turn.client) return this.#line.add(turn);
    grant.levels++;
    turn.settle(false, { undone: () => this.#lower(grant, 1), enables: "release" });
  }

  #release(turn: Operation): void {
    const grant = this.#grant;
    // Somebody may have released it meanwhile for the one that held it.
    if (turn.isPushed && (grant === null || this.#isRecursive && grant.party !== turn.client)) return;
    if (this.#isRecursive && grant?.party !== turn.client) {
      throw new StateError("Cannot release recursive lock: this process does not hold it", "not owned");
    }
    if (grant === null) throw new StateError("Cannot release lock: nobody holds it", "unlocked");
    turn.settle();
    this.#lower(grant, 1);
  }

  /** @throws {StateError} the party does not hold it */
  check(party: ObjectClient, act: string): Grant {
    if (this.#grant?.party === party) return this.#grant;
    throw new StateError(`Cannot ${act}: this process does not hold its lock, acquire it first`, "not owned");
  }

  /** Takes it from its holder, however often that has acquired it, until {@linkcode restore}. */
  suspend(grant: Grant): void {
    this.#free();
    grant.heir = null;
  }

  /** Gives it back to who had it before, as soon as it is free: then the turn is settled with `true`. */
  restore(turn: Operation, grant: Grant, receipt: Delivery): void {
    this.#returns.set(turn, { grant, receipt });
    if (this.#grant === null) this.#give(turn);
    else this.#line.add(turn);
  }

  #give(turn: Operation): void {
    const past = this.#returns.get(turn);
    const wasAbandoned = this.#isAbandoned;
    const { client } = turn;
    const grant: Grant = { party: client, levels: Math.max(1, past?.grant.levels ?? 1), heir: null };
    if (past !== undefined) past.grant.heir = grant;
    this.#grant = grant;
    this.#isAbandoned = false;
    client.holdings.add(this);
    turn.settle(past !== undefined || wasAbandoned, {
      ...turn.act === "acquire" && { enables: "release" },
      kept: () => past?.receipt.kept?.(),
      undone: () => {
        if (past !== undefined) {
          past.grant.heir = null;
          past.grant.levels = grant.levels;
        }
        if (this.#grant === grant) {
          // It never had it: what it would have been told, the next one is.
          if (past !== undefined || grant.levels === 1) this.#isAbandoned ||= wasAbandoned;
          this.#lower(grant, past === undefined ? 1 : grant.levels);
        }
        past?.receipt.undone();
      },
    });
  }

  #lower(grant: Grant, levels: number): void {
    while (grant.heir !== null) grant = grant.heir;
    grant.levels -= levels;
    if (this.#grant === grant && grant.levels <= 0) this.#free();
  }

  #free(): void {
    this.#grant!.party.holdings.delete(this);
    this.#grant = null;
    const next = this.#line.shift();
    if (next !== undefined) this.#give(next);
  }
}
