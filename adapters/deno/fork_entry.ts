/**
 * Entry of a fork child on Deno: the preload calls it before the program's main module.
 *
 * @module
 */
import { replayFork, takeForkBoot } from "../../src/replay/fork_child.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { mute } from "./mute.ts";
import { denoSelf } from "./self.ts";

/** Makes this process a fork child that replays. */
export async function main(): Promise<void> {
  const self = denoSelf({
    network: lazyPart(import.meta.url, () => import("./sockets.ts")),
    adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).deno(),
  });
  const fork = takeForkBoot(self);
  if (fork !== null) replayFork(fork, await mute());
}
