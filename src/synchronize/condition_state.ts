/**
 * A condition where its lock lives: who waits for a notice, in the order in which
 * they came, and who has waited and is not back yet. Callers' side: `condition.ts`.
 *
 * A waiter that is notified goes on to wait for the lock. One that dies or gives up
 * before it is told passes its notice on.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { objectById } from "../remote/object_table.ts";
import { type Grant, LockState } from "./lock_state.ts";
import type { ObjectClient, ObjectState, Operation } from "../remote/operation.ts";

/** One wait of a party. */
interface Waiter {
  readonly party: ObjectClient;
  /** How the party calls it. */
  readonly token: number;
  /** Its place among all waits. */
  readonly number: number;
  /** What it had of the lock. */
  readonly grant: Grant;
  readonly turn: Operation;
}

export class ConditionState implements ObjectState {
  readonly #lock: LockState;
  /** Who waits for a notice, longest first. */
  readonly #waiters = new Set<Waiter>();
  /** Whoever gave up the lock and has it not back. */
  readonly #away = new Map<ObjectClient, Map<number, Waiter>>();
  #count = 0;

  constructor(lock: LockState) {
    this.#lock = lock;
  }

  perform(turn: Operation): void {
    switch (turn.act) {
      case "wait":
        return this.#wait(turn);
      case "return":
        return this.#return(turn);
      case "notify":
        return this.#notify(turn);
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a condition does not know how`);
    }
  }

  clientGone(party: ObjectClient): void {
    this.#away.delete(party);
  }

  #wait(turn: Operation): void {
    const { client } = turn;
    const token = tokenOf(turn);
    const grant = this.#lock.check(client, "wait on condition");
    const waiter: Waiter = { party: client, token, number: ++this.#count, grant, turn };
    const theirs = this.#away.get(client) ?? new Map<number, Waiter>();
    this.#away.set(client, theirs.set(token, waiter));
    client.holdings.add(this);
    if (!turn.isNow) {
      this.#waiters.add(waiter);
      turn.withdraw = () => void this.#waiters.delete(waiter);
    }
    this.#lock.suspend(grant);
    if (turn.isNow) turn.lapse();
  }

  /** Somebody has waited long enough, and wants the lock back. */
  #return(turn: Operation): void {
    const waiter = this.#away.get(turn.client)?.get(tokenOf(turn));
    if (waiter === undefined) {
      this.#lock.check(turn.client, "wait on condition"); // it was refused, and did not wait for that answer
      return turn.settle(true);
    }
    this.#lock.restore(turn, waiter.grant, { kept: () => this.#forget(waiter), undone() {} });
  }

  #notify(turn: Operation): void {
    const [count] = turn.args as [number | null];
    if (count !== null && !Number.isInteger(count)) {
      throw new TypeError("Cannot notify condition: n is not a whole number");
    }
    this.#lock.check(turn.client, "notify condition");
    const last = this.#count;
    for (let left = Math.min(count ?? Infinity, this.#waiters.size); left > 0; left--) this.#wake(last);
    turn.settle();
  }

  /** Wakes the first of those who waited when there had been so many waits. */
  #wake(last: number): void {
    const [waiter] = this.#waiters;
    if (waiter === undefined || waiter.number > last) return;
    this.#waiters.delete(waiter);
    const passOn = () => this.#wake(last);
    this.#lock.restore(waiter.turn, waiter.grant, { kept: () => this.#forget(waiter), undone: passOn });
    const { withdraw } = waiter.turn;
    if (withdraw === null) return;
    waiter.turn.withdraw = () => {
      withdraw();
      passOn();
    };
  }

  #forget({ party, token }: Waiter): void {
    const theirs = this.#away.get(party);
    theirs?.delete(token);
    if (theirs?.size !== 0) return;
    this.#away.delete(party);
    party.holdings.delete(this);
  }
}

function tokenOf(turn: Operation): number {
  const [token] = turn.args;
  if (typeof token === "number") return token;
  throw new ProtocolError(`Cannot ${turn.act}: the wait has no number`);
}

/** A condition of the lock with that id. @throws {ProtocolError} it is no lock */
export function createCondition(lock: string): ConditionState {
  const state = objectById(lock);
  if (state instanceof LockState) return new ConditionState(state);
  throw new ProtocolError("Cannot make Condition: what it is made of is no lock");
}
