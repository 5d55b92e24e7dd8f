/**
 * Entry of a fork child on Deno, loaded before the program's main module.
 *
 * @module
 */
import "./deno_mute.ts";
import "../src/replay.ts";
import { rejoin } from "../src/worker.ts";
import { denoSelf } from "./deno_self.ts";

await rejoin(denoSelf());
