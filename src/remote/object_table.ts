/**
 * What lives in this process and can be reached, by number. Knows no kind of
 * object, and not who reaches it.
 *
 * @module
 */
import { StateError } from "../errors.ts";
import { isForeignId, pendingObject, resolvePending } from "./pending_object.ts";
import { failOperations } from "./local_operation.ts";
import type { ObjectState } from "./operation.ts";
import { isOwn, type Location, lockIdOf } from "./location.ts";

const residents = new Map<string, ObjectState>();

/** From now on `resident` can be reached by its number. */
export function putObject(id: string, resident: ObjectState): void {
  residents.set(id, resident);
  resolvePending(id, resident);
}

/** Whether something can be reached by that number. */
export function hasObject(id: string): boolean {
  return residents.has(id);
}

/** It cannot be reached any more, nor can its lock. */
export function removeObject(id: string): void {
  residents.delete(id);
  residents.delete(lockIdOf(id));
}

/** What lives at that place under a number, if that is this very process. */
export function objectAt(where: Location, id: string): ObjectState | undefined {
  return isOwn(where) ? residents.get(id) : undefined;
}

/** What lives here under a number, or will. @throws {StateError} nothing does */
export function objectById(id: string): ObjectState {
  const resident = residents.get(id);
  if (resident !== undefined) return resident;
  if (isForeignId(id)) return pendingObject(id, gone);
  throw gone();
}

function gone(): StateError {
  return new StateError("Cannot use shared object: it is gone from the process that made it", "gone");
}

/** Everything that others have made here is gone; who waits there is told. */
export function dropForeignObjects(error: Error): void {
  const gone = new Set<ObjectState>();
  for (const [id, resident] of residents) {
    if (!isForeignId(id)) continue;
    gone.add(resident);
    residents.delete(id);
  }
  failOperations(gone, error);
}
