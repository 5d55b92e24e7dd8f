/**
 * What shared objects need at run time, loaded with the first use of one: the
 * objects that live in this process, and sessions with the processes in which
 * others live. Creates objects with what their kinds load.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { ProtocolError } from "../errors.ts";
import { acceptClients } from "./client_session.ts";
import { FACTORY_ID } from "./location.ts";
import { ObjectFactory } from "./object_factory.ts";
import { kindNamed, kindNames, type StateFactory } from "./object_kinds.ts";
import { putObject, removeObject } from "./object_table.ts";
import type { ObjectState } from "./operation.ts";

export { performLocally } from "./local_operation.ts";
export { expectObject, failExpected, objectAt, removeObject } from "./object_table.ts";
export { sessionWith } from "./sessions.ts";
export { boundCall } from "./pending_call.ts";
export const packValue: (encoded: Encoded) => EncodedValue = EncodedValue.packed;

/** What was loaded, by kind. */
const factories = new Map<string, StateFactory>();

/** Whether objects of a kind can be created at once. */
export function isKindLoaded(kind: string): boolean {
  return factories.has(kind);
}

/** Loads what creates objects of a kind. @throws {ProtocolError} there is no such kind here */
export async function loadKind(kind: string): Promise<void> {
  const loadState = kindNamed(kind)?.loadState;
  if (loadState === undefined) throw new ProtocolError(`Cannot make ${kind}: it is no kind of shared object`);
  factories.set(kind, await loadState());
}

/** Loads what creates objects of all kinds, in a process that others ask for objects. */
export async function loadAllStates(): Promise<void> {
  await Promise.all(kindNames().filter((kind) => kindNamed(kind)!.loadState !== undefined).map(loadKind));
}

/**
 * Creates an object that lives here, of a kind that was loaded.
 *
 * @param fill is called before others can use it
 */
export function createObject(
  kind: string,
  id: string,
  args: readonly unknown[],
  fill: (object: ObjectState) => void = () => {},
): ObjectState {
  const factory = factories.get(kind)!;
  const state = factory.create(...args);
  fill(state);
  putObject(id, state, factory.createLock?.());
  if ("gone" in state) state.gone = () => removeObject(id);
  return state;
}

putObject(FACTORY_ID, new ObjectFactory({ isKindLoaded, loadKind, createObject }));
acceptClients();
