/**
 * Entry of every child on Bun: the program that is run.
 *
 * @module
 */
import { serve } from "../src/worker.ts";
import { bunSelf, process } from "./bun_self.ts";

process.on("beforeExit", () => {
  bunSelf().warn("error: the child waits for what can no longer happen\n");
  process.exit(1);
});

// Not awaited: while a program awaits at its top level, Bun goes on after an uncaught error.
void serve(bunSelf(), {}, async () => (await import("./bun.ts")).bun());
