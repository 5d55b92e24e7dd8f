/**
 * A barrier where it lives: the waits of this round, and the outcome of waits that
 * gave up just when all had come. Callers' side: `barrier.ts`.
 *
 *     filling ── all have come ─► acting ── action done ─► passed: a new round
 *        └── one is gone, abort, reset ──────┴─► broken
 *
 * @module
 */
import { BrokenBarrierError, ProtocolError } from "../errors.ts";
import type { ObjectClient, ObjectState, Operation } from "../remote/operation.ts";

/** One wait of a client. */
interface Arrival {
  readonly client: ObjectClient;
  /** Number that the client gave this wait. */
  readonly token: number;
  /** The operation that is to be answered; null while the client does not wait for an answer. */
  operation: Operation | null;
  /** Its place among those of its round. */
  index: number;
  /** Whether all of its round have come. */
  hasPassed: boolean;
}

export class BarrierState implements ObjectState {
  readonly #parties: number;
  readonly #action: (() => unknown) | null;
  /** Arrivals of this round. */
  #round: Arrival[] = [];
  /** Whether the action of this round runs. */
  #isActing = false;
  /** Arrivals of the next round, while it runs. */
  #early: Arrival[] = [];
  #isBroken = false;
  /** Arrivals whose client has not been told the outcome. */
  readonly #arrivals = new Map<ObjectClient, Map<number, Arrival>>();

  constructor(parties: number, action: (() => unknown) | null) {
    if (!Number.isInteger(parties) || parties < 1) throw new ProtocolError("Cannot make barrier: nobody is to come");
    if (action !== null && typeof action !== "function") {
      throw new ProtocolError("Cannot make barrier: its action is not of this process");
    }
    this.#parties = parties;
    this.#action = action;
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "wait":
        return this.#wait(operation);
      case "verdict":
        return this.#verdict(operation);
      case "reset":
        this.#break("it was reset");
        this.#isBroken = false;
        return operation.settle();
      case "abort":
        this.#break("it was aborted");
        return operation.settle();
      case "waiting":
        return operation.settle(this.#round.length);
      case "isBroken":
        return operation.settle(this.#isBroken);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a barrier does not know how`);
    }
  }

  describe(): object {
    return { parties: this.#parties, waiting: this.#round.length, broken: this.#isBroken };
  }

  clientGone(client: ObjectClient): void {
    this.#arrivals.delete(client);
  }

  #wait(operation: Operation): void {
    if (this.#isBroken) throw broken("it is broken, reset it");
    const { client, args: [token] } = operation;
    if (typeof token !== "number") throw new ProtocolError("Cannot wait at barrier: the wait has no number");
    const arrival: Arrival = { client, token, operation: null, index: 0, hasPassed: false };
    const theirs = this.#arrivals.get(client) ?? new Map<number, Arrival>();
    this.#arrivals.set(client, theirs.set(token, arrival));
    client.holdings.add(this);
    this.#attend(arrival, operation);
    if (this.#isActing) this.#early.push(arrival);
    else this.#enter(arrival);
  }

  /** Answers the arrival by this operation. When that is withdrawn before all have come, the barrier breaks. */
  #attend(arrival: Arrival, operation: Operation): void {
    arrival.operation = operation;
    operation.withdraw = () => {
      arrival.operation = null;
      if (!this.#isActing) return this.#break("somebody gave up waiting, or died");
      if (!this.#early.includes(arrival)) return; // all have come: it has passed, unless the action fails
      this.#early = this.#early.filter((each) => each !== arrival);
      this.#forget(arrival);
    };
  }

  #enter(arrival: Arrival): void {
    const { operation } = arrival;
    arrival.index = this.#round.push(arrival) - 1;
    if (this.#round.length === this.#parties) this.#complete();
    else if (operation?.isNow) {
      operation.withdraw?.();
      operation.lapse();
    }
  }

  #complete(): void {
    if (this.#action === null) return this.#pass();
    this.#isActing = true;
    const round = this.#round;
    const act = async () => await this.#action!();
    act().then(
      () => this.#round === round && this.#pass(),
      (error) => this.#round === round && this.#fail(error),
    );
  }

  #pass(): void {
    const [round, early] = [this.#round, this.#early];
    this.#round = [];
    this.#early = [];
    this.#isActing = false;
    for (const arrival of round) {
      arrival.hasPassed = true;
      if (arrival.operation !== null) this.#tell(arrival, arrival.operation);
    }
    for (const arrival of early) this.#enter(arrival);
  }

  #tell(arrival: Arrival, operation: Operation): void {
    operation.settle(arrival.index, { kept: () => this.#forget(arrival), undone() {} });
  }

  #fail(error: unknown): void {
    const last = this.#round.at(-1)!;
    const { operation } = last;
    last.operation = null;
    this.#break("its action failed");
    operation?.fail(error);
  }

  #break(state: string): void {
    const all = [...this.#round, ...this.#early];
    this.#round = [];
    this.#early = [];
    this.#isActing = false;
    this.#isBroken = true;
    for (const arrival of all) {
      this.#forget(arrival);
      arrival.operation?.fail(broken(state));
    }
  }

  /** A client that gave up a wait asks for its outcome. */
  #verdict(operation: Operation): void {
    const [token, isOver] = operation.args as [number, boolean];
    const arrival = this.#arrivals.get(operation.client)?.get(token);
    if (arrival === undefined) throw broken("not all came in time");
    if (isOver) {
      this.#forget(arrival);
      return operation.settle();
    }
    if (arrival.hasPassed) this.#tell(arrival, operation);
    else this.#attend(arrival, operation);
  }

  #forget({ client, token }: Arrival): void {
    const theirs = this.#arrivals.get(client);
    theirs?.delete(token);
    if (theirs?.size !== 0) return;
    this.#arrivals.delete(client);
    client.holdings.delete(this);
  }
}

function broken(state: string): BrokenBarrierError {
  return new BrokenBarrierError(`Cannot wait at barrier: ${state}`);
}
