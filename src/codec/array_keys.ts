/**
 * What an array has besides its items. To list its keys takes engines longer than to
 * send it, up to a hundred times when it is long, so a long one is only asked for
 * its holes.
 *
 * @module
 */

/** The named properties of a longer array are not looked for. */
const MAX_LISTED_ITEMS = 1_024;
/** An array that lacks so many more items than it has is written with the index of each. */
const MANY_HOLES = 16;

/** Whether an array without holes has no named properties, as far as those are looked for. */
export function hasOnlyItems(array: readonly unknown[]): boolean {
  return array.length > MAX_LISTED_ITEMS || Object.keys(array).length === array.length;
}

/** The keys of an array, when it is to be written with the index of each item and with its named properties; else null. */
export function keysToWrite(array: readonly unknown[]): string[] | null {
  if (array.length > MAX_LISTED_ITEMS && !isSparse(array)) return null;
  const keys = Object.keys(array);
  const hasNamed = keys.length > 0 && String(keys.length - 1) !== keys.at(-1) && !/^\d+$/.test(keys.at(-1)!);
  return hasNamed || array.length > 2 * keys.length + MANY_HOLES ? keys : null;
}

/** Whether an array seems to have more holes than items. Its length says nothing of the time that this takes. */
function isSparse(array: readonly unknown[]): boolean {
  let holes = 0;
  for (let index = 0; index < array.length; index++) {
    if (array[index] !== undefined || index in array) continue;
    holes++;
    if (holes > MAX_LISTED_ITEMS && holes > 2 * (index + 1 - holes)) return true;
  }
  return array.length > 2 * (array.length - holes) + MANY_HOLES;
}
