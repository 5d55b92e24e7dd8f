/**
 * Finds the adapter of the runtime in which this runs, among some.
 *
 * @module
 */
import type { Adapter } from "../src/runtime/adapter.ts";

if ((import.meta as { url?: string }).url === undefined) {
  throw new Error(
    "Cannot use @brood/multiprocessing: it is bundled in a format that has no import.meta, bundle it as an ES module, with --format=esm",
  );
}

/** A runtime that has an adapter. */
export interface Runtime {
  /** For messages to people. */
  readonly name: string;
  /** The global that tells it. */
  readonly global: string;
  readonly adapter: (isBundled: boolean) => Adapter;
  /**
   * The entries of its children. Those are run by their address and not imported, but what no import names is in no
   * package for npm, and in no cache that `deno cache` has filled.
   */
  readonly entries: () => Promise<unknown>[];
}

/** The adapter of this runtime. @throws {Error} there is none */
export function detectAmong(runtimes: readonly Runtime[]): Adapter {
  const runtime = runtimes.find(({ global }) => global in globalThis);
  if (runtime !== undefined) return runtime.adapter(!namesEntries(runtime.entries));
  const names = runtimes.map(({ name }) => name);
  const state = names.length === 1
    ? `this runtime is not ${names[0]}`
    : `this runtime is neither ${names.join(" nor ")}`;
  throw new Error(`Cannot use @brood/multiprocessing: ${state}`);
}

/**
 * Whether these imports name the entries still. A bundler has replaced them by what they import, or by the file of
 * another name where it put that: then no file lies where the entries are looked for. No permission is needed to tell.
 */
function namesEntries(entries: () => unknown): boolean {
  return /["'`][^"'`]*\w+\/child_entry\.\w+["'`]/.test(String(entries));
}
