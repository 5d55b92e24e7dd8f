/**
 * Finds the adapter of the runtime in which this runs. Another runtime is one
 * more file beside these and one more line in the table.
 *
 * @module
 */
import type { Adapter } from "../src/runtime/adapter.ts";
import { bun } from "./bun/adapter.ts";
import { deno } from "./deno/adapter.ts";

if ((import.meta as { url?: string }).url === undefined) {
  throw new Error(
    "Cannot use @brood/multiprocessing: it is bundled in a format that has no import.meta, bundle it as an ES module, with --format=esm",
  );
}

type Make = (isBundled: boolean) => Adapter;

/**
 * Adapters by the global that tells their runtime, each with the entries of its children. Those are run by their
 * address and not imported here, but what no import names is in no package for npm, and in no cache that `deno cache`
 * has filled.
 */
const ADAPTERS: readonly [global: string, make: Make, entries: () => Promise<unknown>[]][] = [
  ["Deno", deno, () => [import("./deno/child_entry.ts"), import("./deno/fork_entry.ts")]],
  ["Bun", bun, () => [import("./bun/child_entry.ts"), import("./bun/fork_entry.ts")]],
];

/** The adapter of this runtime. @throws {Error} there is none */
export function detect(): Adapter {
  const [, make, entries] = ADAPTERS.find(([global]) => global in globalThis) ?? [];
  if (make === undefined) throw new Error("Cannot use @brood/multiprocessing: this runtime is neither Deno nor Bun");
  return make(!namesEntries(entries!));
}

/**
 * Whether these imports name the entries still. A bundler has replaced them by what they import, or by the file of
 * another name where it put that: then no file lies where the entries are looked for. No permission is needed to tell.
 */
function namesEntries(entries: () => unknown): boolean {
  return /["'`][^"'`]*\w+\/child_entry\.\w+["'`]/.test(String(entries));
}
