/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import { beginForkChild } from "../../src/replay/fork_child.ts";
import { mute } from "./mute.ts";
import { bunSelf } from "./self.ts";

const self = bunSelf({
  network: () => import("./sockets.ts"),
  adapter: async () => (await import("./adapter.ts")).bun(),
});
await beginForkChild(self, mute);
