/**
 * Entry of every child on Bun: the program that is run.
 *
 * @module
 */
import { runChild } from "../../src/child/child_main.ts";
import { lazyPart, loadPart } from "../../src/runtime/load_part.ts";
import { process } from "./globals.ts";
import { bunSelf } from "./self.ts";

const self = bunSelf({
  network: lazyPart(import.meta.url, () => import("./sockets.ts")),
  adapter: async () => (await loadPart(import.meta.url, () => import("./adapter.ts"))).bun(),
});

// A target that waits for nothing that can come lets the process run dry, which is not its end.
process.on("beforeExit", () => void (process.exitCode ??= 1));
// Not awaited: while a program awaits at its top level, Bun goes on after an uncaught error.
void runChild(self, {});
