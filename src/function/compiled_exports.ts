/**
 * What a compiled program's children take their functions from: the exports of
 * its main module, which `freezeSupport()` was given. There is no other module to
 * import in such a program. Imports little, since every child loads it.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";

type Namespace = Readonly<Record<string, unknown>>;

let exports: Namespace | null = null;

/** From now on children can be started, and find their functions among `given`: they come no further than the first call. */
export function setCompiledExports(given: Namespace): void {
  exports ??= given;
}

/** The exports of a compiled program's main module; null in any other program, and before it has given them. */
export function compiledExports(): Namespace | null {
  return exports;
}

/** Whether this is a compiled program whose children would not find their functions. */
export function lacksFreezeSupport(): boolean {
  return exports === null && thisProcess().isCompiled;
}
