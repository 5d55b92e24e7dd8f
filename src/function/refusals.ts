/**
 * Errors for functions that no other process can find: what each is, and what to do.
 *
 * @module
 */
import type { TargetError } from "../errors.ts";
import { runtime } from "../runtime/installed.ts";
import { type AnyFunction, beginningOf } from "./function_ref.ts";
import type { SearchResult } from "./search_exports.ts";
import { cannotName, isClass, labelOf, REMEDY } from "./task.ts";

/** A function that belongs to an object or a class. @param member as which of an export, where that is known */
export function belongsToObject(fn: AnyFunction, member: string | null): TargetError {
  const accessor = /^(get|set) /.exec(fn.name)?.[1];
  const kind = accessor === undefined ? "method" : `${accessor}ter`;
  if (member === null) {
    return targetError(
      fn,
      `it is a ${kind} and belongs to its object`,
      "export a function that makes the object and calls it",
    );
  }
  const call = `(...args) => ${member}(...args)`;
  const name = fn.name || member.slice(member.lastIndexOf(".") + 1);
  return targetError(
    fn,
    `it is the method ${member} and belongs to its object`,
    `export a function that calls it: export const ${name} = ${call}`,
  );
}

/**
 * A function that no module exports.
 *
 * @param modules on the call stack, and the main one
 * @param open those whose exports are not known, since they are still being evaluated
 */
export function notFound(
  fn: AnyFunction,
  modules: string[],
  open: string[],
  { unknown, unresolved }: SearchResult,
): TargetError {
  if (unresolved !== null) {
    const { specifier, importer } = unresolved;
    const state = `${
      fileName(importer)
    } imports it from "${specifier}", which does not lead to a module that children can import`;
    return targetError(fn, state, `import it by a relative path, or ${REMEDY}`);
  }
  if (fn.name !== "") {
    const names = modules.map(fileName).join(", ") || "any module on the call stack";
    return targetError(fn, `it is no export of ${names}${sayUnknown(unknown)}`, REMEDY);
  }
  if (open.length > 0) {
    const state = `it has no name, and which export of ${
      fileName(open[0]!)
    } it is cannot be told before that has been evaluated`;
    return targetError(
      fn,
      state,
      `register it there: task(import.meta, { name: fn }), export it from another module${SHIP}`,
    );
  }
  const state = `it has no name and no module exports it${sayUnknown(unknown)}`;
  return targetError(
    fn,
    state,
    `export it from its module or register it there: task(import.meta, { name: fn })${SHIP}`,
  );
}

const SHIP = ", or ship it with inline() if it needs nothing around it";

/** Added to the state when the modules that others import are not known. */
export function sayUnknown(modules: readonly string[]): string {
  if (modules.length === 0) return "";
  return `, and what ${
    modules.map(fileName).join(", ")
  } imports is not known since this program may not read it (on Deno: --allow-read)`;
}

/** Refuses what is not called for its result. @throws {TargetError} it is a class or a generator function */
export function refuseKind(target: unknown): void {
  if (isClass(target)) {
    throw targetError(
      target as unknown as AnyFunction,
      "it is a class",
      "export a function that makes the object and calls it",
    );
  }
  if (typeof target === "function" && /Generator/.test(Object.prototype.toString.call(target))) {
    const remedy = "call it from a function that does";
    throw targetError(target as AnyFunction, "it is a generator function and nothing would draw from it", remedy);
  }
}

/** Refuses what only a test runner can load. @throws {TargetError} one of the modules is such */
export function refuseTestFile(fn: AnyFunction, modules: readonly string[]): void {
  const file = modules.find((url) => runtime().modules.needsTestRunner?.(url));
  if (file === undefined) return;
  const state = `it is in ${fileName(file)}, which declares tests and can be loaded by the test runner only`;
  throw targetError(fn, state, "put it in a module of its own and import it from there");
}

function targetError(fn: AnyFunction, state: string, remedy: string): TargetError {
  return cannotName(labelOf(fn), state, remedy, undefined, fn.name || beginningOf(fn));
}

function fileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
