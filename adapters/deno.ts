/**
 * Deno, as a runtime that has an adapter.
 *
 * @module
 */
import { deno } from "./deno/adapter.ts";
import type { Runtime } from "./detect.ts";

export const DENO: Runtime = {
  name: "Deno",
  global: "Deno",
  adapter: deno,
  entries: () => [import("./deno/child_entry.ts"), import("./deno/fork_entry.ts")],
};
