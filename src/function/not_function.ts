/**
 * What is said of a value that was given in place of a function.
 *
 * @module
 */

/** What it is, that it is no function, and what to do, as in "undefined, not a function, …". */
export function notFunction(value: unknown): string {
  const remedy = value === undefined
    ? "see that it is imported, and defined before this call"
    : "pass the function itself and not what a call of it gives";
  return `${kindOf(value)}, not a function, ${remedy}`;
}

/** What a value is, with an article. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return isThenable(value) ? "a promise" : "an object";
}

/** Whether a value can be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
