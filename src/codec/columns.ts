/**
 * A long list of plain objects that have the same keys, read column by column: the
 * keys once, and then all values of each. Such objects are rows. Knows no table of
 * nodes: `column_writer.ts` writes what is gathered here, `column_reader.ts` reads it.
 *
 * @module
 */

/** A list of at least so many rows is written by columns. */
const MIN_ROWS = 256;
/** Objects of more keys than this are written one by one. */
const MAX_KEYS = 256;

/** The rows of a list. */
export interface Columns {
  readonly rows: readonly object[];
  readonly keys: readonly string[];
  /** The values of each key, in the order of the rows. */
  readonly values: readonly unknown[][];
}

/**
 * Reads each property of each item once.
 *
 * @returns null when the items are not all plain objects with the same keys in the same order
 * @throws what a getter throws
 */
export function columnsOf(list: readonly unknown[]): Columns | null {
  if (list.length < MIN_ROWS || !isRow(list[0])) return null;
  const keys = Object.keys(list[0]);
  if (keys.length === 0 || keys.length > MAX_KEYS) return null;
  const values: unknown[][] = keys.map(() => []);
  for (let at = 0; at < list.length; at++) {
    const row = list[at];
    if (!isRow(row)) return null;
    let column = 0;
    for (const key in row) { // many times faster than to list the keys; one that is inherited is in no list of the first's
      if (key !== keys[column]) return null;
      values[column++]!.push(row[key]);
    }
    if (column !== keys.length) return null;
  }
  return { rows: list as readonly object[], keys, values };
}

function isRow(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
