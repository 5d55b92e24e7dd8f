/**
 * The adapter of Bun. Maps, never decides.
 *
 * Limits of the platform: there are no permissions, so that option is ignored; a
 * socket may take less than it is given and calls back for the rest; a child runs
 * the library's entry as its main module, and not the program's.
 *
 * @module
 */
import type { Adapter } from "../../src/runtime/adapter.ts";
import { readBoot } from "./boot.ts";
import { memory } from "./memory.ts";
import { modules } from "./modules.ts";
import { bunSelf } from "./self.ts";
import * as network from "./sockets.ts";
import { canBind, spawn } from "./spawn.ts";
import { isWatched, killPredecessors } from "./watch.ts";

/** The adapter, on Bun. @param isBundled whether a bundler has put the library among the program's own modules */
export function bun(isBundled = false): Adapter {
  if (isWatched()) killPredecessors();
  const adapter: Adapter = {
    name: "Bun",
    self: bunSelf({
      network: () => Promise.resolve(network),
      adapter: () => Promise.resolve(adapter),
      isBundled,
      readBoot,
    }),
    get canBindChildren() {
      return canBind();
    },
    memory,
    memoryRemedy: "use a platform with a file system",
    network: () => network,
    modules,
    spawn,
  };
  return adapter;
}
