/**
 * What lives in this process and can be reached, by number. Knows no kind of
 * object, and not who reaches it.
 *
 * @module
 */
import { StateError } from "../errors.ts";
import { arrived, awaited, isForeign } from "./pending_object.ts";
import { dismiss } from "./local_operation.ts";
import type { Resident } from "./operation.ts";
import { isOwn, lockIdOf, type Where } from "./location.ts";

const residents = new Map<string, Resident>();

/** From now on `resident` can be reached by its number. */
export function settle(id: string, resident: Resident): void {
  residents.set(id, resident);
  arrived(id, resident);
}

/** Whether something can be reached by that number. */
export function isSettled(id: string): boolean {
  return residents.has(id);
}

/** It cannot be reached any more, nor can its lock. */
export function evict(id: string): void {
  residents.delete(id);
  residents.delete(lockIdOf(id));
}

/** What lives at that place under a number, if that is this very process. */
export function residentAt(where: Where, id: string): Resident | undefined {
  return isOwn(where) ? residents.get(id) : undefined;
}

/** What lives here under a number, or will. @throws {StateError} nothing does */
export function residentOf(id: string): Resident {
  const resident = residents.get(id);
  if (resident !== undefined) return resident;
  if (isForeign(id)) return awaited(id, gone);
  throw gone();
}

function gone(): StateError {
  return new StateError("Cannot use shared object: it is gone from the process that made it", "gone");
}

/** Everything that others have made here is gone; who waits there is told. */
export function abandonForeign(error: Error): void {
  const gone = new Set<Resident>();
  for (const [id, resident] of residents) {
    if (!isForeign(id)) continue;
    gone.add(resident);
    residents.delete(id);
  }
  dismiss(gone, error);
}
