/**
 * Checks of what a user gives a pool besides options: the function, its arguments,
 * and the items of a map. Whoever gives something else learns what was meant.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { isThenable, kindOf } from "../function/not_function.ts";

/** The function stands where its arguments or items belong. */
export function argumentsSwapped(act: string): TypeError {
  return typeError(`Cannot ${act}: the arguments are swapped, pass the function first`);
}

/** Checks the arguments of a call. @throws {TypeError} they are no array */
export function checkArgs(args: unknown, act: string): void {
  if (Array.isArray(args)) return;
  throw typeError(`Cannot ${act}: args is not an array, ${asList(args)}`);
}

/** Checks that the items have one of the methods of an iterable. @throws {TypeError} they have none */
export function checkIterable(items: unknown, methods: readonly symbol[], act: string): void {
  const given = items as Record<symbol, unknown> | undefined | null;
  const has = (method: symbol) => typeof given?.[method] === "function";
  if (methods.some(has)) return;
  if (has(Symbol.asyncIterator)) {
    const remedy = "use imap(), or pass await Array.fromAsync(items)";
    throw typeError(`Cannot ${act}: the items are not iterable but an asynchronous iterable, ${remedy}`);
  }
  const remedy = isThenable(items)
    ? "await it first"
    : typeof items === "object" && items !== null
    ? "pass a list such as Object.entries(items)"
    : asList(items);
  throw typeError(`Cannot ${act}: the items are not iterable but ${kindOf(items)}, ${remedy}`);
}

/** The arguments that an item of a starmap is. @throws {TypeError} it is not iterable */
export function argumentsOfItem(item: unknown, at: number, act: string): unknown[] {
  if (typeof (item as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function") {
    return Array.from(item as Iterable<unknown>);
  }
  const remedy = "pass the arguments of each call as a list, or use map()";
  throw typeError(`Cannot ${act}: items[${at}] is not iterable but ${kindOf(item)}, ${remedy}`);
}

function asList(value: unknown): string {
  const isShort = typeof value === "number" || typeof value === "boolean";
  return isShort ? `did you mean [${value}]?` : "pass a list such as [1, 2]";
}
