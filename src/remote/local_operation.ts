/**
 * What this process does itself with the objects that live in it: without a
 * connection, and without a copy more than others get. Knows no kind of object.
 *
 * @module
 */
import { type CallEndings, CallOutcome, type PendingCall } from "./pending_call.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { type Delivery, ObjectClient, type ObjectState, Operation } from "./operation.ts";

/** Own acts that wait, and where; kept in a manager only, whose objects may all be gone at once. */
let pendingOperations: Map<OwnTurn, ObjectState> | null = null;

/** From now on it is known who waits where: see {@linkcode failOperations}. */
export function keepPending(): void {
  pendingOperations ??= new Map();
}

/** Tells those who wait at what is gone. */
export function failOperations(gone: ReadonlySet<ObjectState>, error: Error): void {
  for (const [turn, resident] of pendingOperations ?? []) {
    if (!gone.has(resident)) continue;
    turn.cancel();
    turn.fail(error);
  }
}

/** Acts on an object of this very process. */
export function performLocally(
  resident: ObjectState,
  act: string,
  args: readonly unknown[],
  cargo: EncodedValue | null,
  now: boolean,
  ends: CallEndings,
): PendingCall {
  const turn = new OwnTurn(new CallOutcome(ends), act, args, cargo, now);
  begin(resident, turn);
  if (!turn.outcome.isSettled) {
    stay(turn.outcome);
    if (pendingOperations !== null) {
      pendingOperations.set(turn, resident);
      turn.outcome.whenSettled(() => pendingOperations!.delete(turn));
    }
  }
  return turn;
}

function begin(resident: ObjectState, turn: Operation): void {
  try {
    resident.perform(turn);
  } catch (error) {
    turn.fail(error);
  }
}

/** This process, as a party: with it, all that it has a stake in is gone. */
class Home extends ObjectClient {
  override readonly isLocal = true;
  override readonly holdings: Set<ObjectState> = new Nothing();
}

class Nothing<T> extends Set<T> {
  override add(): this {
    return this;
  }
}

const HOME = new Home();

/** An act of this very process. */
class OwnTurn extends Operation implements PendingCall {
  readonly outcome: CallOutcome;

  constructor(outcome: CallOutcome, act: string, args: readonly unknown[], cargo: EncodedValue | null, now: boolean) {
    super(HOME, act, args, cargo, now);
    this.outcome = outcome;
  }

  settle(value?: unknown, receipt?: Delivery): void {
    this.withdraw = null;
    receipt?.kept?.();
    if (!(value instanceof EncodedValue)) return this.outcome.settle(value);
    try {
      this.outcome.settle(value.decode());
    } catch (error) {
      this.outcome.fail(error);
    }
  }

  fail(error: unknown): void {
    this.outcome.fail(error);
  }

  lapse(): void {
    this.outcome.lapse();
  }

  cancel(): boolean {
    this.withdraw?.();
    this.withdraw = null;
    return true;
  }
}

// --- waiting here keeps the program alive ---

let waitingLocally = 0;
let heartbeat: ReturnType<typeof setInterval> | undefined;

function stay(outcome: CallOutcome): void {
  if (waitingLocally++ === 0) heartbeat = setInterval(() => {}, 2 ** 30);
  outcome.whenSettled(() => {
    if (--waitingLocally === 0) clearInterval(heartbeat);
  });
}
