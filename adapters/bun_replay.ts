/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import { rejoin } from "../src/replay.ts";
import { mute } from "./bun_mute.ts";
import { bunSelf } from "./bun_self.ts";

await rejoin(bunSelf(), mute);
