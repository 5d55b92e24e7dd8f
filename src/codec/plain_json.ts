/**
 * Which values come out of JSON exactly as they went in: trees of what JSON has, in
 * which no part stands twice. Most values are of that kind, and are sent as JSON.
 *
 * @module
 */

import { hasOnlyItems } from "./array_keys.ts";
import { type Columns, columnsOf } from "./columns.ts";

/** An array of at least so many numbers is sent as one block of 64-bit floats. */
const MIN_BLOCK_NUMBERS = 64;
/** A string of at least so many UTF-16 units is sent as one block of UTF-8. */
export const MIN_BLOCK_UNITS = 32_768;
/** Deeper trees are written as a table of nodes, which does not recurse. */
const MAX_PLAIN_DEPTH = 64;

/** Whether JSON gives back exactly this value, apart from the rows in it, which `walk` notes. */
export function isPlain(value: unknown, walk: PlainWalk): boolean {
  try {
    return isPlainPart(value, 0, walk);
  } catch {
    return false; // a getter threw: the table's writer meets it again and says where
  }
}

/** Whether an array is long and holds numbers only, without holes. */
export function isNumberBlock(value: readonly unknown[]): value is number[] {
  return value.length >= MIN_BLOCK_NUMBERS && isEveryNumber(value);
}

export function isEveryNumber(values: readonly unknown[]): values is number[] {
  for (let index = 0; index < values.length; index++) {
    if (typeof values[index] !== "number") return false;
  }
  return true;
}

/** Whether a value is a short list of finite numbers, as the arguments of most tiny tasks: `join()` writes it as JSON does. */
export function isFewNumbers(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 4) return false;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (typeof item !== "number" || !Number.isFinite(item) || Object.is(item, -0)) return false;
  }
  return Object.getPrototypeOf(value) === Array.prototype && Object.keys(value).length === value.length;
}

/** What is met on the way through a value. */
export class PlainWalk {
  /** A list that the library has made, which has no named properties. */
  readonly list: unknown;
  /** The columns of lists of rows; null while there are none. */
  columns: Map<unknown, Columns> | null = null;
  /** The containers of lists of rows. */
  readonly holders: Set<unknown> = new Set();
  // The containers met so far: one, or a short list, or many, since most values are small.
  #first: object | null = null;
  #few: object[] | null = null;
  #many: Set<object> | null = null;

  constructor(list?: unknown) {
    this.list = list;
  }

  /** Notes a container; false when it was noted before. */
  add(container: object): boolean {
    if (this.#first === null) {
      this.#first = container;
      return true;
    }
    if (this.#many !== null) return this.#many.size !== this.#many.add(container).size;
    const few = this.#few ??= [this.#first];
    if (few.includes(container)) return false;
    if (few.push(container) > 8) this.#many = new Set(few);
    return true;
  }
}

function isPlainPart(value: unknown, depth: number, walk: PlainWalk): boolean {
  switch (typeof value) {
    case "string":
      return value.length < MIN_BLOCK_UNITS;
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      if (depth === MAX_PLAIN_DEPTH || !walk.add(value)) return false;
      return isPlainContainer(value, depth + 1, walk);
    default:
      return false;
  }
}

function isPlainContainer(value: object, depth: number, walk: PlainWalk): boolean {
  const lists = walk.columns?.size;
  const isPlain = Array.isArray(value) ? isPlainArray(value, depth, walk) : isPlainObject(value, depth, walk);
  if (walk.columns?.size !== lists) walk.holders.add(value);
  return isPlain;
}

function isPlainArray(value: unknown[], depth: number, walk: PlainWalk): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype || isNumberBlock(value) || hasToJson(value)) return false;
  if (value !== walk.list && !hasOnlyItems(value)) return false; // JSON drops named properties
  const columns = columnsOf(value);
  if (columns !== null) return arePlainRows(value, columns, depth, walk);
  for (let index = 0; index < value.length; index++) {
    if (!isPlainPart(value[index], depth, walk)) return false; // a hole reads as undefined, which is not plain
  }
  return true;
}

function arePlainRows(list: unknown[], columns: Columns, depth: number, walk: PlainWalk): boolean {
  walk.columns ??= new Map();
  walk.columns.set(list, columns);
  for (const row of columns.rows) if (!walk.add(row)) return false;
  return columns.values.every((values) => arePlainValues(values, depth + 1, walk));
}

/** Whether the values of one key are numbers of any kind, or plain. */
function arePlainValues(values: unknown[], depth: number, walk: PlainWalk): boolean {
  if (isEveryNumber(values)) return true;
  const columns = depth < MAX_PLAIN_DEPTH ? columnsOf(values) : null;
  if (columns !== null) return arePlainRows(values, columns, depth, walk);
  for (let at = 0; at < values.length; at++) if (!isPlainPart(values[at], depth, walk)) return false;
  return true;
}

function isPlainObject(value: object, depth: number, walk: PlainWalk): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null || hasToJson(value)) return false;
  let isEmpty = true;
  for (const key in value) { // many times faster than to list the keys
    if (!isPlainPart((value as Record<string, unknown>)[key], depth, walk)) return false;
    isEmpty = false;
  }
  return !isEmpty || !(Symbol.toStringTag in value); // such as Math, or a namespace of Intl
}

/** Whether JSON would ask the value what it is, also by a method that is not listed among its keys. */
function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}
