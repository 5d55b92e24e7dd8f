/**
 * The objects that live in this process, by id. An object may be used before it
 * is there, since its handle is sent at once: another process has yet to create
 * it here, or its kind is being loaded. Such operations wait. Knows no kind of object, and not who uses one.
 *
 * @module
 */
import { StateError } from "../errors.ts";
import { thisProcess } from "../runtime/installed.ts";
import { failOperations } from "./local_operation.ts";
import { isOwn, type Location, lockIdOf } from "./location.ts";
import type { ObjectState, Operation } from "./operation.ts";

/** How long operations wait for an object that is not there yet. */
const CREATION_MS = 10_000;
/** Ids that other processes give, for an object or its lock: none that this one gives. */
const FOREIGN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const objects = new Map<string, ObjectState>();
const pendingObjects = new Map<string, PendingObject>();
/** An object of this process that is being created, or could not be. */
interface ExpectedObject {
  /** Tries again. */
  readonly create: () => void;
  hasFailed: boolean;
}

/** Objects of this process, and their locks, whose kind is being loaded, or could not be. */
const expected = new Map<string, ExpectedObject>();

/** This process creates an object of that id soon. @param create tries again, when that has failed */
export function expectObject(id: string, create: () => void): void {
  const object = { create, hasFailed: false };
  expected.set(id, object).set(lockIdOf(id), object);
}

/** It could not be created: operations that wait get the error, and the next one makes this process try again. */
export function failExpected(id: string, error: unknown): void {
  const object = expected.get(id);
  if (object !== undefined) object.hasFailed = true;
  for (const each of [id, lockIdOf(id)]) resolvePending(each, new FailedObject(error));
}

/** Enters an object, and its lock if it has one. Operations that wait for them are performed. */
export function putObject(id: string, state: ObjectState, lock: ObjectState | null = null): void {
  enterState(id, state);
  expected.delete(lockIdOf(id));
  if (lock !== null) enterState(lockIdOf(id), lock);
}

function enterState(id: string, state: ObjectState): void {
  objects.set(id, state);
  expected.delete(id);
  resolvePending(id, state);
}

/** Whether there is an object of that id. */
export function hasObject(id: string): boolean {
  return objects.has(id);
}

/** Removes an object, and its lock. */
export function removeObject(id: string): void {
  for (const each of [id, lockIdOf(id)]) {
    objects.delete(each);
    expected.delete(each);
  }
}

/** The object of that id, if the location is that of this process. */
export function objectAt(where: Location, id: string): ObjectState | undefined {
  return isOwn(where) ? objects.get(id) : undefined;
}

/** The object of that id, or what stands for it until it is there. @throws {StateError} there is none */
export function objectById(id: string): ObjectState {
  const state = objects.get(id);
  if (state !== undefined) return state;
  const object = expected.get(id);
  if (object === undefined && !isForeignId(id)) throw gone();
  const pending = pendingObject(id);
  if (object?.hasFailed) {
    object.hasFailed = false;
    object.create();
  }
  return pending;
}

/** Whether another process gave the id. */
export function isForeignId(id: string): boolean {
  return FOREIGN_ID.test(id);
}

/** Removes everything that other processes have created here. Whoever waits there gets the error. */
export function dropForeignObjects(error: Error): void {
  const dropped = new Set<ObjectState>();
  for (const [id, state] of objects) {
    if (!isForeignId(id)) continue;
    dropped.add(state);
    objects.delete(id);
  }
  failOperations(dropped, error);
}

function gone(): StateError {
  return new StateError("Cannot use shared object: it is gone from the process that made it", "gone");
}

function pendingObject(id: string): ObjectState {
  let known = pendingObjects.get(id);
  if (known === undefined) {
    pendingObjects.set(id, known = new PendingObject());
    thisProcess().unrefTimeout(CREATION_MS, () => resolvePending(id, new FailedObject(gone())));
  }
  return known;
}

function resolvePending(id: string, state: ObjectState): void {
  const known = pendingObjects.get(id);
  pendingObjects.delete(id);
  known?.resolve(state);
}

/** Stands for an object until it is there. */
class PendingObject implements ObjectState {
  readonly #operations = new Set<Operation>();

  perform(operation: Operation): void {
    this.#operations.add(operation);
    operation.withdraw = () => void this.#operations.delete(operation);
  }

  resolve(state: ObjectState): void {
    for (const operation of this.#operations) {
      operation.withdraw = null;
      try {
        state.perform(operation);
      } catch (error) {
        operation.fail(error);
      }
    }
    this.#operations.clear();
  }
}

/** Stands for an object that could not be created. */
export class FailedObject implements ObjectState {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  perform(): void {
    throw this.#error;
  }
}
