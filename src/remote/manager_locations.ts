/**
 * Those whom this process knows by name, and where they are, as soon as that is
 * known. Small, since whoever starts one says so at once.
 *
 * @module
 */
import type { Where } from "./location.ts";

const places = new Map<string, Promise<Where>>();

/** From now on callers who ask for `name` are told to go there; they wait until it is known. */
export function introduce(name: string, where: Promise<Where>): void {
  places.set(name, where);
  where.catch(() => {}); // those who ask are told
}

/** Nobody goes by that name any longer. */
export function disown(name: string): void {
  places.delete(name);
}

/** Where the one of that name is; undefined for nobody. */
export function whereIs(name: string): Promise<Where> | undefined {
  return places.get(name);
}
