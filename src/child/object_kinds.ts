/**
 * What shared objects run on, loaded with the first of them: the objects that
 * live here, by kind, and the connections to those that live elsewhere.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { Cargo } from "../codec/encoded_value.ts";
import { ProtocolError } from "../errors.ts";
import { BarrierState } from "../synchronize/barrier_state.ts";
import { ConditionState } from "../synchronize/condition_state.ts";
import { Directory } from "../remote/object_factory.ts";
import { EventState } from "../synchronize/event_state.ts";
import { LockState } from "../synchronize/lock_state.ts";
import { PipeState } from "../connection/pipe_state.ts";
import { QueueState } from "../queue/queue_state.ts";
import { SemaphoreState } from "../synchronize/semaphore_state.ts";
import { evict, residentOf, settle } from "../remote/object_table.ts";
import { admitGuests } from "../remote/client_session.ts";
import { SharedArrayState } from "../shared_values/shared_array_state.ts";
import type { Resident } from "../remote/operation.ts";
import { ValueState } from "../shared_values/value_state.ts";
import { DIRECTORY, lockIdOf } from "../remote/location.ts";

export { bound } from "../remote/pending_call.ts";
export { visit } from "../remote/owner_session.ts";
export { perform } from "../remote/local_operation.ts";
export { evict, residentAt } from "../remote/object_table.ts";
export const pack: (encoded: Encoded) => Cargo = Cargo.packed;

/** What makes each kind of object. Its arguments may come from another process: it checks them. */
// deno-lint-ignore no-explicit-any
const KINDS: Record<string, (...args: any[]) => Resident> = {
  Queue: (maxsize: number) => new QueueState(maxsize),
  JoinableQueue: (maxsize: number) => new QueueState(maxsize),
  SimpleQueue: () => new QueueState(0),
  Connection: () => new PipeState(),
  Lock: () => new LockState(false),
  RLock: () => new LockState(true),
  Semaphore: (value: number) => new SemaphoreState(value, false),
  BoundedSemaphore: (value: number) => new SemaphoreState(value, true),
  Event: () => new EventState(),
  Condition: (lock: string) => new ConditionState(lockOf(lock)),
  Barrier: (parties: number, action: (() => unknown) | null = null) => new BarrierState(parties, action),
  Value: (code: string, initial: unknown) => new ValueState(code, initial),
  SharedArray: (code: string, content: unknown) => new SharedArrayState(code, content),
};

/** Kinds that have a lock each. */
const LOCKED: readonly string[] = ["Value", "SharedArray"];

function lockOf(id: string): LockState {
  const lock = residentOf(id);
  if (lock instanceof LockState) return lock;
  throw new ProtocolError("Cannot make Condition: what it is made of is no lock");
}

/** From now on objects of another kind can live here. */
// deno-lint-ignore no-explicit-any
export function admit(kind: string, make: (...args: any[]) => Resident): void {
  KINDS[kind] = make;
}

/** Makes an object that lives here; `fill` is done before anybody can use it. */
export function inhabit(
  kind: string,
  id: string,
  args: readonly unknown[],
  fill: (object: Resident) => void = () => {},
): Resident {
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (make === undefined) throw new ProtocolError(`Cannot make ${kind}: it is no kind of shared object`);
  const resident = make(...args);
  fill(resident);
  settle(id, resident);
  if (LOCKED.includes(kind)) settle(lockIdOf(id), new LockState(true));
  if ("gone" in resident) resident.gone = () => evict(id);
  return resident;
}

settle(DIRECTORY, new Directory(inhabit));
admitGuests();
