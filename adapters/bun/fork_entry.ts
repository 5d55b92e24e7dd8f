/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import { replayFork, takeForkBoot } from "../../src/replay/fork_child.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { Bun, require } from "./globals.ts";
import { mute } from "./mute.ts";
import { bunSelf } from "./self.ts";

/** Milliseconds after which a main module that has come to its end holds its process no longer. */
const REST_MS = 20;

const self = bunSelf({
  network: lazyPart(import.meta.url, () => import("./sockets.ts")),
  adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).bun(),
});
// Nothing is awaited here: a bundler that makes no ES module takes this in as well, where nothing may be.
const fork = takeForkBoot(self);
if (fork !== null) {
  const unmute = mute();
  const endRests = restWhileMainAwaits();
  replayFork(fork, () => {
    endRests();
    unmute();
  });
}

/**
 * Bun turns its event loop without rest while the main module awaits and no timer holds anything, as that of a fork's
 * limit. One that does lets it rest. Gives what ends that.
 */
function restWhileMainAwaits(): () => void {
  if (require === undefined) return () => {}; // a bundle in which no main module can await
  const timer = setInterval(() => {
    if (Bun.main in require.cache) clearInterval(timer); // it is there once it has come to its end
  }, REST_MS);
  return () => clearInterval(timer);
}
