/**
 * The exports of a bundled or compiled program's main module, which `freezeSupport()`
 * was given. Children of such a program find their functions there, since it has no
 * other module to import, and go no further than to that call: what the program
 * declares or registers after it is not there. Imports little, since every child
 * loads it.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { registrationCount } from "./function_ref.ts";

export type ModuleExports = Readonly<Record<string, unknown>>;

let exports: ModuleExports | null = null;
/** Names of exports that were not declared yet when they were given. */
let undeclared: ReadonlySet<string> = new Set();
/** How many functions were registered then. */
let registeredBefore = Infinity;

/** Sets the exports among which children find their functions. Later calls change nothing. */
export function setCompiledExports(given: ModuleExports): void {
  if (exports !== null) return;
  exports = given;
  undeclared = new Set(Object.keys(given).filter((name) => !isDeclared(given, name)));
  registeredBefore = registrationCount();
}

/** Before its declaration a binding cannot be read, or, where a bundler has made it a `var`, is undefined. */
function isDeclared(given: ModuleExports, name: string): boolean {
  try {
    return given[name] !== undefined;
  } catch {
    return false;
  }
}

/** The exports of a bundled or compiled program's main module; null in any other, and before it has given them. */
export function compiledExports(): ModuleExports | null {
  return exports;
}

/** Whether children come to the declaration of an export before they come to `freezeSupport()`. */
export function isDeclaredInChildren(name: string): boolean {
  return !undeclared.has(name);
}

/** Whether children come to a registration before they come to `freezeSupport()`. */
export function isRegisteredInChildren({ before }: { before: number }): boolean {
  return before < registeredBefore;
}

/** Whether this is a bundled or compiled program whose children would not find their functions. */
export function lacksFreezeSupport(): boolean {
  return exports === null && thisProcess().packaging !== "modules";
}
