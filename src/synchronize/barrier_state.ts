/**
 * A barrier where it lives: who has come in this round, and what became of those who
 * gave up waiting just when all had come. Callers' side: `barrier.ts`.
 *
 *     filling ── all have come ─► acting ── action done ─► passed: a new round
 *        └── one is gone, abort, reset ──────┴─► broken
 *
 * @module
 */
import { BrokenBarrierError, ProtocolError } from "../errors.ts";
import type { ObjectClient, ObjectState, Operation } from "../remote/operation.ts";

/** One wait of a party. */
interface Arrival {
  readonly party: ObjectClient;
  /** How the party calls it. */
  readonly token: number;
  /** Where it is answered; null when it does not wait for that now. */
  turn: Operation | null;
  /** Its place among those of its round. */
  index: number;
  /** Its round is over: all had come. */
  hasPassed: boolean;
}

export class BarrierState implements ObjectState {
  readonly #parties: number;
  readonly #action: (() => unknown) | null;
  /** Who has come in this round. */
  #round: Arrival[] = [];
  /** The action of this round runs. */
  #isActing = false;
  /** Who has come while it runs. */
  #early: Arrival[] = [];
  #isBroken = false;
  /** All who were not told yet what became of their wait. */
  readonly #arrivals = new Map<ObjectClient, Map<number, Arrival>>();

  constructor(parties: number, action: (() => unknown) | null) {
    if (!Number.isInteger(parties) || parties < 1) throw new ProtocolError("Cannot make barrier: nobody is to come");
    if (action !== null && typeof action !== "function") {
      throw new ProtocolError("Cannot make barrier: its action is not of this process");
    }
    this.#parties = parties;
    this.#action = action;
  }

  perform(turn: Operation): void {
    switch (turn.act) {
      case "wait":
        return this.#wait(turn);
      case "verdict":
        return this.#verdict(turn);
      case "reset":
        this.#break("it was reset");
        this.#isBroken = false;
        return turn.settle();
      case "abort":
        this.#break("it was aborted");
        return turn.settle();
      case "waiting":
        return turn.settle(this.#round.length);
      case "isBroken":
        return turn.settle(this.#isBroken);
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a barrier does not know how`);
    }
  }

  clientGone(party: ObjectClient): void {
    this.#arrivals.delete(party);
  }

  #wait(turn: Operation): void {
    if (this.#isBroken) throw broken("it is broken, reset it");
    const { client, args: [token] } = turn;
    if (typeof token !== "number") throw new ProtocolError("Cannot wait at barrier: the wait has no number");
    const arrival: Arrival = { party: client, token, turn: null, index: 0, hasPassed: false };
    const theirs = this.#arrivals.get(client) ?? new Map<number, Arrival>();
    this.#arrivals.set(client, theirs.set(token, arrival));
    client.holdings.add(this);
    this.#attend(arrival, turn);
    if (this.#isActing) this.#early.push(arrival);
    else this.#enter(arrival);
  }

  /** From now on the arrival is answered by this turn. When it gives up, or dies, before all have come, nobody passes. */
  #attend(arrival: Arrival, turn: Operation): void {
    arrival.turn = turn;
    turn.withdraw = () => {
      arrival.turn = null;
      if (!this.#isActing) return this.#break("somebody gave up waiting, or died");
      if (!this.#early.includes(arrival)) return; // all have come: it has passed, unless the action fails
      this.#early = this.#early.filter((each) => each !== arrival);
      this.#forget(arrival);
    };
  }

  #enter(arrival: Arrival): void {
    const { turn } = arrival;
    arrival.index = this.#round.push(arrival) - 1;
    if (this.#round.length === this.#parties) this.#complete();
    else if (turn?.isNow) {
      turn.withdraw?.();
      turn.lapse();
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
      if (arrival.turn !== null) this.#tell(arrival, arrival.turn);
    }
    for (const arrival of early) this.#enter(arrival);
  }

  #tell(arrival: Arrival, turn: Operation): void {
    turn.settle(arrival.index, { kept: () => this.#forget(arrival), undone() {} });
  }

  #fail(error: unknown): void {
    const last = this.#round.at(-1)!;
    const { turn } = last;
    last.turn = null;
    this.#break("its action failed");
    turn?.fail(error);
  }

  #break(state: string): void {
    const all = [...this.#round, ...this.#early];
    this.#round = [];
    this.#early = [];
    this.#isActing = false;
    this.#isBroken = true;
    for (const arrival of all) {
      this.#forget(arrival);
      arrival.turn?.fail(broken(state));
    }
  }

  /** Somebody has waited long enough, or will not wait any more, and asks what became of it. */
  #verdict(turn: Operation): void {
    const [token, isOver] = turn.args as [number, boolean];
    const arrival = this.#arrivals.get(turn.client)?.get(token);
    if (arrival === undefined) throw broken("not all came in time");
    if (isOver) {
      this.#forget(arrival);
      return turn.settle();
    }
    if (arrival.hasPassed) this.#tell(arrival, turn);
    else this.#attend(arrival, turn);
  }

  #forget({ party, token }: Arrival): void {
    const theirs = this.#arrivals.get(party);
    theirs?.delete(token);
    if (theirs?.size !== 0) return;
    this.#arrivals.delete(party);
    party.holdings.delete(this);
  }
}

function broken(state: string): BrokenBarrierError {
  return new BrokenBarrierError(`Cannot wait at barrier: ${state}`);
}
