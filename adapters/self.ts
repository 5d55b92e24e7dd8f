/**
 * Finds what this runtime knows of this process: the small part of an adapter,
 * which is all that most children need.
 *
 * @module
 */
import type { Self } from "../src/adapter.ts";
import { bunSelf } from "./bun_self.ts";
import { denoSelf } from "./deno_self.ts";

/** This process. */
export function detectSelf(): Self {
  return "Deno" in globalThis ? denoSelf() : bunSelf();
}
