/**
 * Operations that this process performs on its own objects: without a connection,
 * and without a copy more than others get. Knows no kind of object.
 *
 * @module
 */
import { type CallEndings, CallOutcome, type PendingCall } from "./pending_call.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { type Delivery, ObjectClient, type ObjectState, Operation } from "./operation.ts";

/** Operations that wait, with their objects; kept in a manager only, whose objects may all be removed at once. */
let pendingOperations: Map<LocalOperation, ObjectState> | null = null;

/** From now on it is known which operation waits at which object: see {@linkcode failOperations}. */
export function keepPending(): void {
  pendingOperations ??= new Map();
}

/** Fails the operations that wait at objects that are gone. */
export function failOperations(gone: ReadonlySet<ObjectState>, error: Error): void {
  for (const [operation, object] of pendingOperations ?? []) {
    if (!gone.has(object)) continue;
    operation.cancel(false);
    operation.fail(error);
  }
}

/** Performs an operation on an object of this process. */
export function performLocally(
  object: ObjectState,
  act: string,
  args: readonly unknown[],
  value: EncodedValue | null,
  isNow: boolean,
  endings: CallEndings,
): PendingCall {
  const operation = new LocalOperation(new CallOutcome(endings), act, args, value, isNow);
  begin(object, operation);
  if (!operation.outcome.isSettled) {
    holdProgram(operation.outcome);
    if (pendingOperations !== null) {
      pendingOperations.set(operation, object);
      operation.outcome.whenSettled(() => pendingOperations!.delete(operation));
    }
  }
  return operation;
}

function begin(object: ObjectState, operation: Operation): void {
  try {
    object.perform(operation);
  } catch (error) {
    operation.fail(error);
  }
}

/** This process, as a client of its own objects. It is never gone before them, so nobody asks what it holds. */
class LocalClient extends ObjectClient {
  override readonly isLocal = true;
  override readonly holdings: Set<ObjectState> = new EmptySet();
}

class EmptySet<T> extends Set<T> {
  override add(): this {
    return this;
  }
}

const LOCAL_CLIENT = new LocalClient();

class LocalOperation extends Operation implements PendingCall {
  readonly outcome: CallOutcome;

  constructor(
    outcome: CallOutcome,
    act: string,
    args: readonly unknown[],
    value: EncodedValue | null,
    isNow: boolean,
  ) {
    super(LOCAL_CLIENT, act, args, value, isNow);
    this.outcome = outcome;
  }

  settle(value?: unknown, delivery?: Delivery): void {
    this.withdraw = null;
    delivery?.kept?.();
    if (value instanceof EncodedValue) this.outcome.settleEncoded(value);
    else this.outcome.settle(value);
  }

  fail(error: unknown): void {
    this.outcome.fail(error);
  }

  lapse(): void {
    this.outcome.lapse();
  }

  cancel(isLate: boolean): boolean {
    if (isLate && this.hurry !== null && this.withdraw !== null) {
      this.hurry();
      return false;
    }
    this.withdraw?.();
    this.withdraw = null;
    return true;
  }
}

// --- an operation that waits here keeps the program alive ---

let waitingLocally = 0;
let heartbeat: ReturnType<typeof setInterval> | undefined;

function holdProgram(outcome: CallOutcome): void {
  if (waitingLocally++ === 0) heartbeat = setInterval(() => {}, 2 ** 30);
  outcome.whenSettled(() => {
    if (--waitingLocally === 0) clearInterval(heartbeat);
  });
}
