/**
 * Bun, as a runtime that has an adapter.
 *
 * @module
 */
import { bun } from "./bun/adapter.ts";
import type { Runtime } from "./detect.ts";

export const BUN: Runtime = {
  name: "Bun",
  global: "Bun",
  adapter: bun,
  entries: () => [import("./bun/child_entry.ts"), import("./bun/fork_entry.ts")],
};
