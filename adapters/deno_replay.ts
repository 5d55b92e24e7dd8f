/**
 * Entry of a fork child on Deno, loaded before the program's main module.
 *
 * @module
 */
import { rejoin } from "../src/replay.ts";
import { mute } from "./deno_mute.ts";
import { denoSelf } from "./deno_self.ts";

await rejoin(denoSelf(), mute);
