/**
 * The error of a child that cannot be started since the library's files are gone,
 * as when a program is deployed anew while it runs.
 *
 * @module
 */
import { SpawnError } from "../../src/errors.ts";

/** Makes it. @param path of the entry of children */
export function entryGone(path: string, command: readonly string[], cause?: unknown): SpawnError {
  const message = `Cannot start process: the library's file ${path} is gone, restart the program`;
  return new SpawnError(message, command, cause);
}
