/**
 * What `Manager.register()` has registered: classes and functions by name, for each
 * class of managers and the classes derived from it. Knows no process.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import { locate } from "../function/locate.ts";
import { isClass } from "../function/task.ts";

/** What can be made under a name. */
export interface TypeRegistration {
  readonly name: string;
  readonly target: unknown;
  readonly functionRef: FunctionRef;
  /** Methods that may be called; null: all that are public where it is made. */
  readonly exposed: readonly string[] | null;
}

/** Names that are taken: the classes that every manager can make. */
const BUILT_IN_TYPES = new Set([
  "Queue",
  "JoinableQueue",
  "Lock",
  "RLock",
  "Semaphore",
  "BoundedSemaphore",
  "Condition",
  "Event",
  "Barrier",
  "Value",
  "Array",
  "dict",
  "list",
  "set",
  "Namespace",
]);

const typesByClass = new WeakMap<object, Map<string, TypeRegistration>>();

/** Enters a class or function for `Class` and the classes derived from it. */
export function registerType(Class: object, name: unknown, target: unknown, exposed: unknown): void {
  const act = `register ${typeof name === "string" ? name : "type"}`;
  if (typeof name !== "string" || name === "") throw typeError(`Cannot ${act}: the name is not a string`);
  if (BUILT_IN_TYPES.has(name)) {
    throw rangeError(`Cannot ${act}: a manager has that of its own, choose another name`);
  }
  const present = registeredType(Class, name);
  if (present !== undefined && present.target !== target) {
    throw rangeError(`Cannot ${act}: another is registered under that name, choose another`);
  }
  const functionRef = locate(target);
  const methods = exposed !== undefined
    ? checkExposed(exposed, act)
    : isClass(target)
    ? methodsFrom(target.prototype)
    : null;
  let register = typesByClass.get(Class);
  if (register === undefined) typesByClass.set(Class, register = new Map());
  register.set(name, { name, target, functionRef, exposed: methods });
}

function checkExposed(exposed: unknown, act: string): string[] {
  if (!Array.isArray(exposed) || !exposed.every((name) => typeof name === "string")) {
    throw typeError(`Cannot ${act}: exposed is not a list of names`);
  }
  const [refused] = exposed.filter((name) => name === "then" || name === "constructor");
  if (refused !== undefined) throw rangeError(`Cannot ${act}: ${refused} cannot be exposed`);
  return [...exposed];
}

/** What is registered under a name for `Class`, or for a class from which it is derived. */
export function registeredType(Class: object | null, name: string): TypeRegistration | undefined {
  for (let at = Class; at !== null; at = Object.getPrototypeOf(at)) {
    const found = typesByClass.get(at)?.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All that is registered for `Class`. */
export function allRegistered(Class: object | null): TypeRegistration[] {
  const all = new Map<string, TypeRegistration>();
  for (let at = Class; at !== null; at = Object.getPrototypeOf(at)) {
    for (const [name, each] of typesByClass.get(at) ?? []) if (!all.has(name)) all.set(name, each);
  }
  return [...all.values()];
}

/** Names of the methods that may be called unless it is said otherwise. */
export function publicMethods(object: object): string[] {
  const prototype = Object.getPrototypeOf(object);
  // The methods of a plain object are its fields; fields of any other object are private to it.
  return methodsFrom(prototype === null || prototype === Object.prototype ? object : prototype);
}

/** Names of public methods of a prototype, and of those behind it. */
function methodsFrom(prototype: object): string[] {
  const names = new Set<string>();
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === "function") names.add(name);
    }
  }
  return [...names].filter((name) => !name.startsWith("_") && name !== "constructor" && name !== "then");
}
