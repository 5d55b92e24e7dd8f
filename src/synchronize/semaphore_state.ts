/**
 * A semaphore where it lives: its permits, the clients that have taken some, and
 * those that wait for one, first come, first served. Callers' side:
 * `semaphore.ts`.
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { ProtocolError } from "../errors.ts";
import { type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

/** A permit that was taken. */
interface Permit {
  readonly client: ObjectClient;
}

export class SemaphoreState implements ObjectState {
  readonly #maxValue: number;
  readonly #waiting = new WaitQueue();
  /** Permits that were taken, longest ago first. */
  readonly #taken = new Set<Permit>();
  readonly #byClient = new Map<ObjectClient, Set<Permit>>();
  #value: number;
  /** Permits that are back because their holder died; the next clients to take them are told. */
  #abandoned = 0;

  constructor(value: number, isBounded: boolean) {
    if (!Number.isInteger(value) || value < 0) throw new ProtocolError("Cannot make semaphore: it has no value");
    this.#value = value;
    this.#maxValue = isBounded ? value : Infinity;
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "acquire":
        return this.#value > 0 ? this.#give(operation) : this.#waiting.add(operation);
      case "release":
        return this.#release(operation);
      case "value":
        return operation.settle(this.#value);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a semaphore does not know how`);
    }
  }

  describe(): object {
    return { value: this.#value };
  }

  clientGone(client: ObjectClient): void {
    for (const permit of [...this.#byClient.get(client) ?? []]) {
      this.#abandoned++;
      this.#takeBack(permit);
    }
  }

  #give(operation: Operation): void {
    const permit: Permit = { client: operation.client };
    const wasAbandoned = this.#abandoned > 0;
    this.#value--;
    if (wasAbandoned) this.#abandoned--;
    this.#taken.add(permit);
    const theirs = this.#byClient.get(operation.client) ?? new Set();
    this.#byClient.set(operation.client, theirs.add(permit));
    operation.client.holdings.add(this);
    operation.settle(wasAbandoned, {
      undone: () => {
        if (!this.#taken.has(permit)) return; // another process has released it meanwhile
        if (wasAbandoned) this.#abandoned++;
        this.#takeBack(permit);
      },
    });
  }

  #release(operation: Operation): void {
    if (this.#value >= this.#maxValue) {
      throw rangeError("Cannot release bounded semaphore: all its permits are there");
    }
    operation.settle();
    const [permit] = this.#byClient.get(operation.client) ?? this.#taken;
    if (permit === undefined) this.#add();
    else this.#takeBack(permit);
  }

  #takeBack(permit: Permit): void {
    const { client } = permit;
    const theirs = this.#byClient.get(client)!;
    this.#taken.delete(permit);
    theirs.delete(permit);
    if (theirs.size === 0) {
      this.#byClient.delete(client);
      client.holdings.delete(this);
    }
    this.#add();
  }

  #add(): void {
    this.#value++;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#give(next);
  }
}
