/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import "./bun_mute.ts";
import "../src/replay.ts";
import { rejoin } from "../src/worker.ts";
import { bunSelf } from "./bun_self.ts";

await rejoin(bunSelf());
