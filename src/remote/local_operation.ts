/**
 * What this process does itself with the objects that live in it: without a
 * connection, and without a copy more than others get. Knows no kind of object.
 *
 * @module
 */
import { type Call, type Ends, Outcome } from "./pending_call.ts";
import { Cargo } from "../codec/encoded_value.ts";
import { Party, type Receipt, type Resident, Turn } from "./operation.ts";

/** Own acts that wait, and where; kept in a manager only, whose objects may all be gone at once. */
let pending: Map<OwnTurn, Resident> | null = null;

/** From now on it is known who waits where: see {@linkcode dismiss}. */
export function keepPending(): void {
  pending ??= new Map();
}

/** Tells those who wait at what is gone. */
export function dismiss(gone: ReadonlySet<Resident>, error: Error): void {
  for (const [turn, resident] of pending ?? []) {
    if (!gone.has(resident)) continue;
    turn.callOff();
    turn.fail(error);
  }
}

/** Acts on an object of this very process. */
export function perform(
  resident: Resident,
  act: string,
  args: readonly unknown[],
  cargo: Cargo | null,
  now: boolean,
  ends: Ends,
): Call {
  const turn = new OwnTurn(new Outcome(ends), act, args, cargo, now);
  begin(resident, turn);
  if (!turn.outcome.settled) {
    stay(turn.outcome);
    if (pending !== null) {
      pending.set(turn, resident);
      turn.outcome.whenSettled(() => pending!.delete(turn));
    }
  }
  return turn;
}

function begin(resident: Resident, turn: Turn): void {
  try {
    resident.act(turn);
  } catch (error) {
    turn.fail(error);
  }
}

/** This process, as a party: with it, all that it has a stake in is gone. */
class Home extends Party {
  override readonly isHome = true;
  override readonly stakes: Set<Resident> = new Nothing();
}

class Nothing<T> extends Set<T> {
  override add(): this {
    return this;
  }
}

const HOME = new Home();

/** An act of this very process. */
class OwnTurn extends Turn implements Call {
  readonly outcome: Outcome;

  constructor(outcome: Outcome, act: string, args: readonly unknown[], cargo: Cargo | null, now: boolean) {
    super(HOME, act, args, cargo, now);
    this.outcome = outcome;
  }

  settle(value?: unknown, receipt?: Receipt): void {
    this.withdraw = null;
    receipt?.kept?.();
    if (!(value instanceof Cargo)) return this.outcome.settle(value);
    try {
      this.outcome.settle(value.open());
    } catch (error) {
      this.outcome.fail(error);
    }
  }

  fail(error: unknown): void {
    this.outcome.fail(error);
  }

  pass(): void {
    this.outcome.lapse();
  }

  callOff(): boolean {
    this.withdraw?.();
    this.withdraw = null;
    return true;
  }
}

// --- waiting here keeps the program alive ---

let waiting = 0;
let heartbeat: ReturnType<typeof setInterval> | undefined;

function stay(outcome: Outcome): void {
  if (waiting++ === 0) heartbeat = setInterval(() => {}, 2 ** 30);
  outcome.whenSettled(() => {
    if (--waiting === 0) clearInterval(heartbeat);
  });
}
