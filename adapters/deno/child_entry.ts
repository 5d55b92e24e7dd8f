/**
 * Entry of every child on Deno: the preload calls it with the importers of the
 * modules that it names literally, which need no permission.
 *
 * @module
 */
import { runChild } from "../../src/child/child_main.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { denoSelf } from "./self.ts";

/** Serves as a child, to its end. */
export function main(importers: Parameters<typeof runChild>[1]): Promise<void> {
  const self = denoSelf({
    network: lazyPart(import.meta.url, () => import("./sockets.ts")),
    adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).deno(),
  });
  return runChild(self, importers);
}
