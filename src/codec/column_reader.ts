/**
 * Reads rows that were written by columns. Every column stands where it belongs and
 * nowhere else, so what a sender can make a receiver hold is no more than it sends.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { defineOwn } from "./graph.ts";

type Row = Record<string, unknown>;

export class ColumnReader {
  /** The rows of each list, in the order in which the writer has numbered them. */
  readonly #lists: Row[][] = [];
  /** Slots, which may refer to what is not made yet. */
  readonly #pending: { rows: Row[]; key: string; slots: unknown[] }[] = [];
  /** All rows, when one is referred to. */
  #all: Row[] | null = null;
  readonly #numbersOf: (block: unknown) => Float64Array;

  /** @param numbersOf takes a block of 64-bit floats */
  constructor(numbersOf: (block: unknown) => Float64Array) {
    this.#numbersOf = numbersOf;
  }

  /** The rows, without what slots stand for. @throws {ProtocolError} the columns do not make rows */
  read([, keys, ...columns]: readonly unknown[]): Row[] {
    if (!isKeys(keys) || keys.length !== columns.length) throw torn();
    const place = this.#lists.push([]) - 1;
    const values = columns.map((column) => this.#valuesOf(column));
    const count = values[0]!.length;
    if (values.some(({ length }) => length !== count)) throw torn();
    const rows = this.#lists[place] = rowsOf(keys, values, count);
    columns.forEach((column, at) => {
      const [kind, slots] = column as [string, unknown[]];
      if (kind === "s") this.#pending.push({ rows, key: keys[at]!, slots });
    });
    return rows;
  }

  /** Fills in what slots stand for. */
  fill(read: (slot: unknown) => unknown): void {
    for (const { rows, key, slots } of this.#pending) {
      for (let at = 0; at < rows.length; at++) setField(rows[at]!, key, read(slots[at]));
    }
  }

  /** A row by its number among all rows. @throws {ProtocolError} there is none */
  row(number: unknown): object {
    this.#all ??= this.#lists.flat();
    if (typeof number === "number" && Object.hasOwn(this.#all, number)) return this.#all[number]!;
    throw new ProtocolError("Cannot decode value: it refers to a row that it does not have");
  }

  #valuesOf(column: unknown): ArrayLike<unknown> {
    if (!Array.isArray(column)) throw torn();
    const [kind, content] = column;
    if (kind === "f") return this.#numbersOf(content);
    if (kind === "c") return this.read(column);
    if (kind !== "j" && kind !== "s" || !Array.isArray(content)) throw torn();
    return content;
  }
}

function rowsOf(keys: readonly string[], columns: readonly ArrayLike<unknown>[], count: number): Row[] {
  const rows: Row[] = [];
  if (keys.includes("__proto__")) {
    for (let at = 0; at < count; at++) {
      const row = {};
      keys.forEach((key, column) => setField(row, key, columns[column]![at]));
      rows.push(row);
    }
    return rows;
  }
  for (let at = 0; at < count; at++) {
    const row: Row = {};
    for (let column = 0; column < keys.length; column++) row[keys[column]!] = columns[column]![at];
    rows.push(row);
  }
  return rows;
}

function isKeys(given: unknown): given is string[] {
  return Array.isArray(given) && given.length > 0 && given.every((key) => typeof key === "string");
}

function setField(row: Row, key: string, value: unknown): void {
  if (key === "__proto__") defineOwn(row, key, value, true);
  else row[key] = value;
}

function torn(): ProtocolError {
  return new ProtocolError("Cannot decode value: its columns do not make rows");
}
