/**
 * The missing-guard mistake: a main module that starts processes whenever it is
 * imported would start them again in every child. It is refused, never repeated.
 *
 * @module
 */
import { BootstrapError } from "../errors.ts";
import { isImporting, ownIdentity } from "../runtime/process_info.ts";
import { lacksFreezeSupport } from "../function/compiled_exports.ts";

/** At most so many generations: a main module that starts its children without a guard, later than at import, ends here. */
const GENERATIONS = 12;

/** On a line of its own, `seek.ts` would take it for an import of this module's. */
const OWN_NAMESPACE = 'import * as self from "./main.ts";';

/**
 * Refuses what a module may not do while a child imports it.
 *
 * @param act what was tried, such as `start process`
 * @throws {BootstrapError} the main guard is missing
 */
export function refuseWhileImporting(act: string): void {
  if (lacksFreezeSupport()) {
    throw new BootstrapError(
      `Cannot ${act}: this program is compiled and its children would not find their functions, call freezeSupport(self) first:

    ${OWN_NAMESPACE}
    if (import.meta.main) {
      await freezeSupport(self);
      // start processes and pools here
    }
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
  if (ownIdentity().path.length >= GENERATIONS) {
    throw new BootstrapError(
      `Cannot ${act}: this process lies ${GENERATIONS} generations deep, start processes only inside if (import.meta.main) or in a target`,
    );
  }
}
