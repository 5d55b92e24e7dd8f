/**
 * A flag where it lives, and who waits for it. Callers' side: `event.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

export class EventState implements ObjectState {
  readonly #waiters = new WaitQueue();
  #isSet = false;

  perform(turn: Operation): void {
    switch (turn.act) {
      case "isSet":
        return turn.settle(this.#isSet);
      case "set":
        this.#isSet = true;
        for (const waiter of this.#waiters.clear()) waiter.settle(true);
        return turn.settle();
      case "clear":
        this.#isSet = false;
        return turn.settle();
      case "wait":
        return this.#isSet ? turn.settle(true) : this.#waiters.add(turn);
      default:
        throw new ProtocolError(`Cannot ${turn.act}: an event does not know how`);
    }
  }
}
