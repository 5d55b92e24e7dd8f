/**
 * A semaphore where it lives: how many permits there are, who has taken some, and
 * who waits for one, first come, first served. Callers' side: `semaphore.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

/** A permit that was taken. */
interface Permit {
  readonly party: ObjectClient;
}

export class SemaphoreState implements ObjectState {
  readonly #most: number;
  readonly #line = new WaitQueue();
  /** Permits that were taken, longest ago first. */
  readonly #taken = new Set<Permit>();
  readonly #theirs = new Map<ObjectClient, Set<Permit>>();
  #value: number;
  /** How many permits are here because their holder died. */
  #abandoned = 0;

  constructor(value: number, isBounded: boolean) {
    if (!Number.isInteger(value) || value < 0) throw new ProtocolError("Cannot make semaphore: it has no value");
    this.#value = value;
    this.#most = isBounded ? value : Infinity;
  }

  perform(turn: Operation): void {
    switch (turn.act) {
      case "acquire":
        return this.#value > 0 ? this.#give(turn) : this.#line.add(turn);
      case "release":
        return this.#release(turn);
      case "value":
        return turn.settle(this.#value);
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a semaphore does not know how`);
    }
  }

  clientGone(party: ObjectClient): void {
    for (const permit of [...this.#theirs.get(party) ?? []]) {
      this.#abandoned++;
      this.#takeBack(permit);
    }
  }

  #give(turn: Operation): void {
    const permit: Permit = { party: turn.client };
    const wasAbandoned = this.#abandoned > 0;
    this.#value--;
    if (wasAbandoned) this.#abandoned--;
    this.#taken.add(permit);
    const theirs = this.#theirs.get(turn.client) ?? new Set();
    this.#theirs.set(turn.client, theirs.add(permit));
    turn.client.holdings.add(this);
    turn.settle(wasAbandoned, {
      undone: () => {
        if (!this.#taken.has(permit)) return; // somebody gave it for him meanwhile
        if (wasAbandoned) this.#abandoned++;
        this.#takeBack(permit);
      },
    });
  }

  #release(turn: Operation): void {
    if (this.#value >= this.#most) throw new RangeError("Cannot release bounded semaphore: all its permits are there");
    turn.settle();
    const [permit] = this.#theirs.get(turn.client) ?? this.#taken;
    if (permit === undefined) this.#add();
    else this.#takeBack(permit);
  }

  #takeBack(permit: Permit): void {
    const { party } = permit;
    const theirs = this.#theirs.get(party)!;
    this.#taken.delete(permit);
    theirs.delete(permit);
    if (theirs.size === 0) {
      this.#theirs.delete(party);
      party.holdings.delete(this);
    }
    this.#add();
  }

  #add(): void {
    this.#value++;
    const next = this.#line.shift();
    if (next !== undefined) this.#give(next);
  }
}
