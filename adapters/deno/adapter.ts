/**
 * The adapter of Deno. Maps, never decides.
 *
 * Limits of the platform: a permission granted in part cannot be listed, so a
 * child gets nothing of it but what the connection needs; importing any `node:`
 * module costs a child more than its whole start, so nothing here imports one.
 *
 * @module
 */
import type { Adapter } from "../../src/runtime/adapter.ts";
import { memory } from "./memory.ts";
import { modules } from "./modules.ts";
import { denoSelf } from "./self.ts";
import { countListeners } from "./sigint.ts";
import * as network from "./sockets.ts";
import { canBind, spawn } from "./spawn.ts";

/** The adapter, on Deno. @param isBundled whether a bundler has put the library among the program's own modules */
export function deno(isBundled = false): Adapter {
  countListeners();
  const adapter: Adapter = {
    name: "Deno",
    self: denoSelf({ network: () => Promise.resolve(network), adapter: () => Promise.resolve(adapter), isBundled }),
    get canBindChildren() {
      return canBind();
    },
    get memory() {
      return memory();
    },
    memoryRemedy: "run with --allow-ffi",
    network: () => network,
    modules,
    spawn,
  };
  return adapter;
}
