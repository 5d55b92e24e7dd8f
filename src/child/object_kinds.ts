/**
 * What shared objects run on, loaded with the first of them: the objects that
 * live here, by kind, and the connections to those that live elsewhere.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { ProtocolError } from "../errors.ts";
import { BarrierState } from "../synchronize/barrier_state.ts";
import { ConditionState } from "../synchronize/condition_state.ts";
import { ObjectFactory } from "../remote/object_factory.ts";
import { EventState } from "../synchronize/event_state.ts";
import { LockState } from "../synchronize/lock_state.ts";
import { PipeState } from "../connection/pipe_state.ts";
import { QueueState } from "../queue/queue_state.ts";
import { SemaphoreState } from "../synchronize/semaphore_state.ts";
import { objectById, putObject, removeObject } from "../remote/object_table.ts";
import { acceptClients } from "../remote/client_session.ts";
import { SharedArrayState } from "../shared_values/shared_array_state.ts";
import type { ObjectState } from "../remote/operation.ts";
import { ValueState } from "../shared_values/value_state.ts";
import { FACTORY_ID, lockIdOf } from "../remote/location.ts";

export { boundCall } from "../remote/pending_call.ts";
export { sessionWith } from "../remote/owner_session.ts";
export { performLocally } from "../remote/local_operation.ts";
export { objectAt, removeObject } from "../remote/object_table.ts";
export const packValue: (encoded: Encoded) => EncodedValue = EncodedValue.packed;

/** What makes each kind of object. Its arguments may come from another process: it checks them. */
// deno-lint-ignore no-explicit-any
const KINDS: Record<string, (...args: any[]) => ObjectState> = {
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
  const lock = objectById(id);
  if (lock instanceof LockState) return lock;
  throw new ProtocolError("Cannot make Condition: what it is made of is no lock");
}

/** From now on objects of another kind can live here. */
// deno-lint-ignore no-explicit-any
export function registerKind(kind: string, make: (...args: any[]) => ObjectState): void {
  KINDS[kind] = make;
}

/** Makes an object that lives here; `fill` is done before anybody can use it. */
export function createObject(
  kind: string,
  id: string,
  args: readonly unknown[],
  fill: (object: ObjectState) => void = () => {},
): ObjectState {
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (make === undefined) throw new ProtocolError(`Cannot make ${kind}: it is no kind of shared object`);
  const resident = make(...args);
  fill(resident);
  putObject(id, resident);
  if (LOCKED.includes(kind)) putObject(lockIdOf(id), new LockState(true));
  if ("gone" in resident) resident.gone = () => removeObject(id);
  return resident;
}

putObject(FACTORY_ID, new ObjectFactory(createObject));
acceptClients();
