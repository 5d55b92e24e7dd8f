/**
 * A condition where its lock lives. Callers' side: `condition.ts`.
 *
 *     waiting ── notified ─► resuming ── gets the lock ─► done
 *        └── timeout, abort ──► resuming (without a notice)
 *
 * A waiter that was notified and dies or gives up before it is told passes its
 * notice on to the next.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { ProtocolError } from "../errors.ts";
import type { Hold } from "./lock_hold.ts";
import { LockState } from "./lock_state.ts";
import { objectById } from "../remote/object_table.ts";
import type { ObjectClient, ObjectState, Operation } from "../remote/operation.ts";

/** One wait of a client. */
interface Waiter {
  readonly client: ObjectClient;
  /** Number that the client gave this wait. */
  readonly token: number;
  /** Number among all waits on this condition. */
  readonly number: number;
  /** The hold on the lock that it gave up. */
  readonly hold: Hold;
  readonly operation: Operation;
}

export class ConditionState implements ObjectState {
  readonly #lock: LockState;
  /** Waiters without a notice, in the order in which they came. */
  readonly #waiters = new Set<Waiter>();
  /** Waiters that have not got the lock back, by client and token. */
  readonly #away = new Map<ObjectClient, Map<number, Waiter>>();
  #count = 0;

  constructor(lock: LockState) {
    this.#lock = lock;
  }

  describe(): object {
    return { waiting: this.#waiters.size };
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "wait":
        return this.#wait(operation);
      case "return":
        return this.#return(operation);
      case "notify":
        return this.#notify(operation);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a condition does not know how`);
    }
  }

  clientGone(client: ObjectClient): void {
    this.#away.delete(client);
  }

  #wait(operation: Operation): void {
    const { client } = operation;
    const token = tokenOf(operation);
    const hold = this.#lock.holdOf(client, "wait on condition");
    const waiter: Waiter = { client, token, number: ++this.#count, hold, operation };
    const theirs = this.#away.get(client) ?? new Map<number, Waiter>();
    this.#away.set(client, theirs.set(token, waiter));
    client.holdings.add(this);
    if (!operation.isNow) {
      this.#waiters.add(waiter);
      operation.withdraw = () => void this.#waiters.delete(waiter);
    }
    this.#lock.suspend(hold);
    if (operation.isNow) operation.lapse();
  }

  /** A waiter gives up waiting for a notice, and wants the lock back. */
  #return(operation: Operation): void {
    const waiter = this.#away.get(operation.client)?.get(tokenOf(operation));
    if (waiter === undefined) {
      this.#lock.holdOf(operation.client, "wait on condition"); // its wait was refused, and the answer crossed this request
      return operation.settle(true);
    }
    this.#lock.resume(operation, waiter.hold, { kept: () => this.#forget(waiter), undone() {} });
  }

  #notify(operation: Operation): void {
    const [count] = operation.args as [number | null];
    if (count !== null && !Number.isInteger(count)) {
      throw typeError("Cannot notify condition: n is not a whole number");
    }
    this.#lock.holdOf(operation.client, "notify condition");
    const last = this.#count;
    for (let left = Math.min(count ?? Infinity, this.#waiters.size); left > 0; left--) this.#wake(last);
    operation.settle();
  }

  /** Wakes the first waiter, unless it began to wait after the notice: `last` is the number of the last wait then. */
  #wake(last: number): void {
    const [waiter] = this.#waiters;
    if (waiter === undefined || waiter.number > last) return;
    this.#waiters.delete(waiter);
    const passOn = () => this.#wake(last);
    this.#lock.resume(waiter.operation, waiter.hold, { kept: () => this.#forget(waiter), undone: passOn });
    const { withdraw } = waiter.operation;
    if (withdraw === null) return;
    waiter.operation.withdraw = () => {
      withdraw();
      passOn();
    };
  }

  #forget({ client, token }: Waiter): void {
    const theirs = this.#away.get(client);
    theirs?.delete(token);
    if (theirs?.size !== 0) return;
    this.#away.delete(client);
    client.holdings.delete(this);
  }
}

function tokenOf(operation: Operation): number {
  const [token] = operation.args;
  if (typeof token === "number") return token;
  throw new ProtocolError(`Cannot ${operation.act}: the wait has no number`);
}

/** A condition of the lock with that id. @throws {ProtocolError} it is no lock */
export function createCondition(lock: string): ConditionState {
  const state = objectById(lock);
  if (state instanceof LockState) return new ConditionState(state);
  throw new ProtocolError("Cannot make Condition: what it is made of is no lock");
}
