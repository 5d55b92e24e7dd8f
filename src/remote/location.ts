/**
 * Where shared objects live, as their handles say it: at an address, or with a
 * manager that the process at that address knows by name. Also the managers that
 * this process knows by name.
 *
 * @module
 */
import { ConnectError } from "../errors.ts";
import { isOwnAddress, server } from "../transport/server.ts";

/** Address and key (hex) of the owner; with a name, of a process that knows the owner by that name. */
export type Location = readonly [address: string, key: string, name?: string];

/** Name of the service through which all shared objects of a process are used. */
export const OBJECT_SERVICE = "objects";

/** Id of the object factory of every process. */
export const FACTORY_ID = "factory";

/** Id of the lock of an object. */
export function lockIdOf(id: string): string {
  return `${id}.lock`;
}

let givenLocation: Location | null = null;

/** Where the objects of this process live. It can be reached on return. @throws {ConnectError} no transport is permitted */
export function ownLocation(): Location {
  if (givenLocation !== null) return givenLocation;
  const { address, key } = server();
  return [address, key];
}

/** Whether a location is that of this process. */
export function isOwn(where: Location): boolean {
  return where[2] === undefined && isOwnAddress(where[0]) ||
    givenLocation !== null && where.join(" ") === givenLocation.join(" ");
}

/** From now on handles say that the objects of this process live there; null: at the address of its server. */
export function setOwnLocation(where: Location | null): void {
  givenLocation = where;
}

// --- managers by name ---

const managers = new Map<string, Promise<Location>>();
const locationsByName = new Map<string, Location>();

/** Enters a manager. Whoever asks for it waits until its location is known. */
export function nameLocation(name: string, where: Promise<Location>): void {
  managers.set(name, where);
  const settle = (location: Location) => void (managers.get(name) === where && locationsByName.set(name, location));
  where.then(settle, () => {}); // whoever asks gets the error
}

/** Removes a manager. */
export function forgetLocation(name: string): void {
  managers.delete(name);
  locationsByName.delete(name);
}

/** The location of a manager that has started; undefined for any other. */
export function settledLocationOf(name: string): Location | undefined {
  return locationsByName.get(name);
}

/** The location of a manager; undefined when there is none of that name. */
export function locationOf(name: string): Promise<Location> | undefined {
  return managers.get(name);
}

/** The owner of objects cannot be reached. A refused permission stays as it is, since its text says what to do. */
export function ownerGone([address]: Location, cause: unknown): Error {
  const isRefused = cause instanceof ConnectError && (cause.cause as Error | undefined)?.name === "NotCapable";
  if (isRefused) return cause;
  return new ConnectError("Cannot use shared object: the process that owns it is gone", address, cause ?? undefined);
}
