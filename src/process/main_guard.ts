/**
 * Refuses to start processes while a child imports the main module: a module
 * without `if (import.meta.main)` would start them again in every child.
 *
 * @module
 */
import { BootstrapError } from "../errors.ts";
import { isImporting, ownIdentity } from "../runtime/process_info.ts";
import { thisProcess } from "../runtime/installed.ts";
import { lacksFreezeSupport } from "../function/compiled_exports.ts";

/** Depth of children of children. It ends a main module without a guard that starts its children after the import. */
const MAX_GENERATIONS = 12;

/** Not written out below: `locate.ts` would take it for an import of this module. */
const IMPORT_SELF = 'import * as self from "./main.ts";';

/**
 * Refuses what a module may not do while a child imports it.
 *
 * @param act what was tried, such as `start process`
 * @throws {BootstrapError} the main guard is missing
 */
export function refuseWhileImporting(act: string): void {
  const state = thisProcess().packaging === "bundled" ? unrepeatable() : null;
  if (state !== null) throw new BootstrapError(`Cannot ${act}: ${state}`);
  if (lacksFreezeSupport()) {
    throw new BootstrapError(
      `Cannot ${act}: this program is ${thisProcess().packaging} and its children would not find their functions, call freezeSupport(self) first:

    ${IMPORT_SELF}
    if (import.meta.main) {
      await freezeSupport(self);
      // start processes and pools here
    }

  docs/deploy.md shows how such a program is made and run.
`,
    );
  }
  if (isImporting()) {
    throw new BootstrapError(
      `Cannot ${act}: this process is a child that is still importing the module, guard what starts processes:

    if (import.meta.main) {
      // start processes and pools here
    }
`,
    );
  }
  if (ownIdentity().path.length >= MAX_GENERATIONS) {
    throw new BootstrapError(
      `Cannot ${act}: this process lies ${MAX_GENERATIONS} generations deep, start processes only inside if (import.meta.main) or in a target`,
    );
  }
}

/** Why a child could not be this bundled program again, and what to do; null when it can. */
function unrepeatable(): string | null {
  const { host } = thisProcess();
  if (host === "test runner") {
    return "a test runner runs this bundle and a child would be without it, leave the library outside of the bundle";
  }
  if (ownIdentity().main !== null) return null;
  return host === "thread"
    ? "this is a thread of a bundled program and cannot tell which, start processes in the first thread"
    : "this program is bundled and comes from eval or standard input, from where a child cannot have it, put it in a file";
}
