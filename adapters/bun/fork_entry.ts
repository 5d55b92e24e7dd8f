/**
 * Entry of a fork child on Bun, loaded before the program's main module.
 *
 * @module
 */
import { beginForkChild } from "../../src/replay/fork_child.ts";
import { mute } from "./mute.ts";
import { bunSelf } from "./self.ts";

await beginForkChild(bunSelf(), mute);
