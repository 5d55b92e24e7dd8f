/**
 * Puts with a timeout that may have passed while this process was too busy to read
 * them. Their caller has given up then, and has sent that it did: such a put
 * waits until everything that was sent before has been read. No clock of another
 * machine is needed.
 *
 * @module
 */
import type { ObjectClient, Operation } from "../remote/operation.ts";

export class TimedPuts {
  readonly #store: (operation: Operation) => void;
  /** Puts that wait until the event loop has turned. */
  readonly #waiting = new Set<Operation>();
  /** When this process is known to have read what there was, in milliseconds of `performance.now()`. */
  #readAt = -Infinity;
  #isTurning = false;

  /** @param store puts the item, or makes it wait for room */
  constructor(store: (operation: Operation) => void) {
    this.#store = store;
  }

  /** Puts the item at once when its timeout, in milliseconds, cannot have passed, and else when all has been read. */
  put(operation: Operation, timeout: number): void {
    const mayBeLate = performance.now() - this.#readAt >= timeout;
    this.#turn();
    if (!mayBeLate && this.#waiting.size === 0) return this.#store(operation);
    this.#waiting.add(operation);
    operation.withdraw = () => void this.#waiting.delete(operation);
  }

  /** Another put of that client has come: it does not overtake. */
  flush(client: ObjectClient): void {
    for (const operation of this.#waiting) if (operation.client === client) this.#release(operation);
  }

  #release(operation: Operation): void {
    this.#waiting.delete(operation);
    operation.withdraw = null;
    this.#store(operation);
  }

  /** Lets the event loop turn twice: a turn that has begun may have read a part only. */
  #turn(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    setTimeout(() =>
      setTimeout(() => {
        this.#isTurning = false;
        this.#readAt = performance.now();
        for (const operation of this.#waiting) this.#release(operation);
      }, 0), 0);
  }
}
