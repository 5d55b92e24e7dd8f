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

  perform(operation: Operation): void {
    switch (operation.act) {
      case "isSet":
        return operation.settle(this.#isSet);
      case "set":
        this.#isSet = true;
        for (const waiter of this.#waiters.clear()) waiter.settle(true);
        return operation.settle();
      case "clear":
        this.#isSet = false;
        return operation.settle();
      case "wait":
        return this.#isSet ? operation.settle(true) : this.#waiters.add(operation);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: an event does not know how`);
    }
  }
  describe(): object {
    return { isSet: this.#isSet };
  }
}
