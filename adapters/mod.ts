/**
 * Finds the adapter of the runtime in which this runs. Another runtime is one
 * folder and one file beside these and one more name in the list.
 *
 * @module
 */
import type { Adapter } from "../src/runtime/adapter.ts";
import { BUN } from "./bun.ts";
import { DENO } from "./deno.ts";
import { detectAmong } from "./detect.ts";

/** The adapter of this runtime. @throws {Error} there is none */
export function detect(): Adapter {
  return detectAmong([DENO, BUN]);
}
