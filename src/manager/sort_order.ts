/**
 * The order in which a list is sorted: numbers and bigints by size, texts by their
 * code units, false before true, dates by time, lists by their first items that
 * differ. A function that compares cannot cross. Knows no list of a manager's.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";

/**
 * Less than 0 when `one` comes before `other`.
 *
 * @throws {TypeError} they are of different kinds, or of one that has no order
 */
export function compare(one: unknown, other: unknown): number {
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one, other);
  const kind = orderedKind(one);
  if (kind === null || kind !== orderedKind(other)) {
    throw typeError(`Cannot sort list: ${describeType(one)} and ${describeType(other)} have no order`);
  }
  const [first, second] = [one, other] as [number, number];
  if (first < second) return -1;
  return first > second ? 1 : isNotANumber(one) - isNotANumber(other);
}

function compareLists(one: unknown[], other: unknown[]): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    const order = compare(one[at], other[at]);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

/** What is compared with each other. */
function orderedKind(value: unknown): string | null {
  if (value instanceof Date) return "date";
  switch (typeof value) {
    case "number":
    case "bigint":
      return "number";
    case "string":
    case "boolean":
      return typeof value;
    default:
      return null;
  }
}

/** 1 for what is neither less nor more than anything, and comes last. */
function isNotANumber(value: unknown): number {
  return Number.isNaN(typeof value === "bigint" ? 0 : Number(value)) && typeof value !== "string" ? 1 : 0;
}

function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? value.constructor?.name ?? "an object" : `a ${typeof value}`;
}
