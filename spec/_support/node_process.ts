/**
 * Node's `process`, for functions that children run: on Deno a child starts a quarter sooner that comes to its end without
 * it.
 *
 * @module
 */
import type Process from "node:process";

/** Loaded here, when it is used. */
export function nodeProcess(): typeof Process {
  return (globalThis as unknown as { process: typeof Process }).process;
}
