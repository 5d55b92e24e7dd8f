/**
 * Entry of every child on Bun: the program that is run.
 *
 * @module
 */
import { serve } from "../src/worker.ts";
import { bunSelf } from "./bun_self.ts";

await serve(bunSelf(), {}, async () => (await import("./bun.ts")).bun());
