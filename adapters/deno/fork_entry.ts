/**
 * Entry of a fork child on Deno, loaded before the program's main module.
 *
 * @module
 */
import { beginForkChild } from "../../src/replay/fork_child.ts";
import { mute } from "./mute.ts";
import { denoSelf } from "./self.ts";

const self = denoSelf({
  network: () => import("./sockets.ts"),
  adapter: async () => (await import("./adapter.ts")).deno(),
});
await beginForkChild(self, mute);
