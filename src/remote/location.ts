/**
 * Where shared objects live, as it stands in their handles: at an address, or
 * with somebody whom the one at that address knows by name.
 *
 * @module
 */
import { isOwnAddress, server } from "../transport/server.ts";

/** An address and the key (hex) of its owner; with a name, whoever that owner knows by it. */
export type Location = readonly [address: string, key: string, name?: string];

/** Name of the service behind which all shared objects of a process are. */
export const OBJECT_SERVICE = "objects";

/** Number of the object, in every process, that makes objects there and knows others by name. */
export const FACTORY_ID = "directory";

/** Number of the lock that an object has. */
export function lockIdOf(id: string): string {
  return `${id}.lock`;
}

let own: Location | null = null;

/** Where the objects of this process live; it can be reached on return. @throws {ConnectError} no transport is permitted */
export function ownLocation(): Location {
  if (own !== null) return own;
  const { address, key } = server();
  return [address, key];
}

/** Whether that is this very process. */
export function isOwn(where: Location): boolean {
  return where[2] === undefined && isOwnAddress(where[0]) || own !== null && where.join(" ") === own.join(" ");
}

/** From now on others find the objects of this process there; null: where they would without this. */
export function setOwnLocation(where: Location | null): void {
  own = where;
}
