/**
 * The error of a child that cannot be started since the files that it runs are gone,
 * as when a program is deployed anew while it runs.
 *
 * @module
 */
import { SpawnError } from "../../src/errors.ts";
import type { Command } from "../../src/runtime/adapter.ts";

/**
 * Makes it.
 *
 * @param program what was to run: an entry of the library's, or the program itself
 * @param path of its file
 */
export function entryGone(
  program: Command["program"],
  path: string,
  command: readonly string[],
  cause?: unknown,
): SpawnError {
  const whose = program === "itself" ? "program" : "library";
  const message = `Cannot start process: the ${whose}'s file ${path} is gone, restart the program`;
  return new SpawnError(message, command, cause);
}
