/**
 * Writes rows by columns. A column of numbers is a block of 64-bit floats, one of
 * other primitives is data that JSON has, one of rows has columns again, and any
 * other is a list of slots.
 *
 * @module
 */
import type { Columns } from "./columns.ts";
import { propertyStep, type Slot } from "./graph.ts";
import { isEveryNumber, MIN_BLOCK_UNITS } from "./plain_json.ts";

/** Rows in rows are written by columns down to this depth. */
const MAX_COLUMN_DEPTH = 16;

/** The form of a column. What has columns again is a list of the kind, the keys, and their columns. */
export type Column =
  | [kind: "f", block: number]
  | [kind: "j", values: unknown[]]
  | [kind: "s", slots: Slot[]]
  | ColumnNode;

/** The node of rows. */
export type ColumnNode = [kind: "c", ...unknown[]];

/** The table of which the columns are a part. */
export interface Table {
  /** Whether all that is not a row is data that JSON has, and no part stands twice. */
  readonly isTree: boolean;
  /** The columns of a list; null when its items are no rows. */
  columnsOf(list: readonly unknown[]): Columns | null;
  /** Numbers the rows; false when one of them stands elsewhere in the value as well. */
  claim(rows: readonly object[]): boolean;
  /** Adds a block of 64-bit floats. */
  numberBlock(values: readonly number[]): number;
  /** @param step leads from the list to the value */
  slot(value: unknown, step: string): Slot;
}

/** The list as columns; null when its items are no rows, or one of them stands elsewhere in the value as well. */
export function writeColumns(list: readonly unknown[], table: Table, step = "", depth = 0): ColumnNode | null {
  const columns = depth < MAX_COLUMN_DEPTH || table.isTree ? table.columnsOf(list) : null;
  if (columns === null || !table.claim(columns.rows)) return null;
  const { keys, values } = columns;
  return ["c", keys, ...keys.map((key, at) => column(values[at]!, table, step + propertyStep(key), depth + 1))];
}

function column(values: unknown[], table: Table, step: string, depth: number): Column {
  if (isEveryNumber(values)) return ["f", table.numberBlock(values)];
  const written = writeColumns(values, table, step, depth);
  if (written !== null) return written;
  if (table.isTree || isEveryJson(values)) return ["j", values];
  return ["s", values.map((value, at) => table.slot(value, `[${at}]${step}`))];
}

/** Whether the values are primitives as JSON has them. */
function isEveryJson(values: readonly unknown[]): boolean {
  for (let at = 0; at < values.length; at++) if (!isJson(values[at])) return false;
  return true;
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value.length < MIN_BLOCK_UNITS;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return typeof value === "boolean" || value === null;
  }
}
