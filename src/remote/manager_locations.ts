/**
 * Those whom this process knows by name, and where they are, as soon as that is
 * known. Small, since whoever starts one says so at once.
 *
 * @module
 */
import type { Location } from "./location.ts";

const places = new Map<string, Promise<Location>>();

/** From now on callers who ask for `name` are told to go there; they wait until it is known. */
export function nameLocation(name: string, where: Promise<Location>): void {
  places.set(name, where);
  where.catch(() => {}); // those who ask are told
}

/** Nobody goes by that name any longer. */
export function forgetLocation(name: string): void {
  places.delete(name);
}

/** Where the one of that name is; undefined for nobody. */
export function locationOf(name: string): Promise<Location> | undefined {
  return places.get(name);
}
