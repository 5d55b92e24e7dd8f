/**
 * Which values come out of JSON exactly as they went in: trees of what JSON has, in
 * which no part stands twice. Most values are of that kind, and are sent as JSON.
 *
 * @module
 */

/** An array of at least so many numbers is sent as one block of 64-bit floats. */
const MIN_BLOCK_NUMBERS = 64;
/** A string of at least so many UTF-16 units is sent as one block of UTF-8. */
export const MIN_BLOCK_UNITS = 32_768;
/** Deeper trees are written as a table of nodes, which does not recurse. */
const MAX_PLAIN_DEPTH = 64;

/** Whether JSON gives back exactly this value. */
export function isPlain(value: unknown): boolean {
  try {
    return isPlainPart(value, 0, new SeenContainers());
  } catch {
    return false; // a getter threw: the table's writer meets it again and says where
  }
}

/** Whether an array is long and holds numbers only, without holes. */
export function isNumberBlock(value: readonly unknown[]): value is number[] {
  if (value.length < MIN_BLOCK_NUMBERS) return false;
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] !== "number") return false;
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

/** The containers met so far: one, or a short list, or many, since most values are small. */
class SeenContainers {
  #first: object | null = null;
  #few: object[] | null = null;
  #many: Set<object> | null = null;

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

function isPlainPart(value: unknown, depth: number, seen: SeenContainers): boolean {
  switch (typeof value) {
    case "string":
      return value.length < MIN_BLOCK_UNITS;
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      if (depth === MAX_PLAIN_DEPTH || !seen.add(value)) return false;
      return Array.isArray(value) ? isPlainArray(value, depth + 1, seen) : isPlainObject(value, depth + 1, seen);
    default:
      return false;
  }
}

function isPlainArray(value: unknown[], depth: number, seen: SeenContainers): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype || isNumberBlock(value)) return false;
  for (let index = 0; index < value.length; index++) {
    if (!isPlainPart(value[index], depth, seen)) return false; // a hole reads as undefined, which is not plain
  }
  return Object.keys(value).length === value.length; // more keys are named properties, which JSON drops
}

function isPlainObject(value: object, depth: number, seen: SeenContainers): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  let isEmpty = true;
  for (const key of Object.keys(value)) {
    if (!isPlainPart((value as Record<string, unknown>)[key], depth, seen)) return false;
    isEmpty = false;
  }
  return !isEmpty || !(Symbol.toStringTag in value); // such as Math, or a namespace of Intl
}
