/**
 * The exports of a compiled program's main module, which `freezeSupport()` was given.
 * Children of such a program find their functions there, since it has no other module
 * to import. Imports little, since every child loads it.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";

export type ModuleExports = Readonly<Record<string, unknown>>;

let exports: ModuleExports | null = null;

/** Sets the exports among which children find their functions. Later calls change nothing. */
export function setCompiledExports(given: ModuleExports): void {
  exports ??= given;
}

/** The exports of a compiled program's main module; null in any other program, and before it has given them. */
export function compiledExports(): ModuleExports | null {
  return exports;
}

/** Whether this is a compiled program whose children would not find their functions. */
export function lacksFreezeSupport(): boolean {
  return exports === null && thisProcess().isCompiled;
}
