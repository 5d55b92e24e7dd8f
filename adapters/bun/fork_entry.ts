/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import { replayFork, takeForkBoot } from "../../src/replay/fork_child.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { mute } from "./mute.ts";
import { bunSelf } from "./self.ts";

const self = bunSelf({
  network: lazyPart(import.meta.url, () => import("./sockets.ts")),
  adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).bun(),
});
// Nothing is awaited here: a bundler that makes no ES module takes this in as well, where nothing may be.
const fork = takeForkBoot(self);
if (fork !== null) replayFork(fork, mute());
