/**
 * Entry of every child on Bun: the program that is run.
 *
 * @module
 */
import { serve } from "../src/worker.ts";
import { bunSelf } from "./bun_self.ts";

// Not awaited: while a program awaits at its top level, Bun goes on after an uncaught error.
void serve(bunSelf(), {}, async () => (await import("./bun.ts")).bun());
