/**
 * Entry of a fork child on Deno, loaded before the program's main module.
 *
 * @module
 */
import { beginForkChild } from "../../src/replay/fork_child.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { mute } from "./mute.ts";
import { denoSelf } from "./self.ts";

const self = denoSelf({
  network: lazyPart(import.meta.url, () => import("./sockets.ts")),
  adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).deno(),
});
await beginForkChild(self, mute);
