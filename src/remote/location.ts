/**
 * Where shared objects live, as it stands in their handles: at an address, or
 * with somebody whom the one at that address knows by name.
 *
 * @module
 */
import { door, isHome } from "../transport/server.ts";

/** An address and the key (hex) of its owner; with a name, whoever that owner knows by it. */
export type Where = readonly [address: string, key: string, name?: string];

/** Name of the service behind which all shared objects of a process are. */
export const OBJECTS = "objects";

/** Number of the object, in every process, that makes objects there and knows others by name. */
export const DIRECTORY = "directory";

/** Number of the lock that an object has. */
export function lockIdOf(id: string): string {
  return `${id}.lock`;
}

let own: Where | null = null;

/** Where the objects of this process live; it can be reached on return. @throws {ConnectError} no transport is permitted */
export function home(): Where {
  if (own !== null) return own;
  const { address, key } = door();
  return [address, key];
}

/** Whether that is this very process. */
export function isOwn(where: Where): boolean {
  return where[2] === undefined && isHome(where[0]) || own !== null && where.join(" ") === own.join(" ");
}

/** From now on others find the objects of this process there; null: where they would without this. */
export function moveHome(where: Where | null): void {
  own = where;
}
