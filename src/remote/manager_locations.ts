/**
 * Those whom this process knows by name, and where they are, as soon as that is
 * known. Small, since whoever starts one says so at once.
 *
 * @module
 */
import type { Location } from "./location.ts";

const places = new Map<string, Promise<Location>>();
const settled = new Map<string, Location>();

/** From now on callers who ask for `name` are told to go there; they wait until it is known. */
export function nameLocation(name: string, where: Promise<Location>): void {
  places.set(name, where);
  const settle = (at: Location) => void (places.get(name) === where && settled.set(name, at));
  where.then(settle, () => {}); // those who ask are told
}

/** Nobody goes by that name any longer. */
export function forgetLocation(name: string): void {
  places.delete(name);
  settled.delete(name);
}

/** Where the one of that name is, when that is known already; undefined for nobody, and until then. */
export function settledLocationOf(name: string): Location | undefined {
  return settled.get(name);
}

/** Where the one of that name is; undefined for nobody. */
export function locationOf(name: string): Promise<Location> | undefined {
  return places.get(name);
}
