/** After the fork, snapshots are each process's own. */
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";

const before = snapshot(() => process.pid);
const who = fork() === 0 ? "child" : "parent";
const after = snapshot(() => process.pid);
const later = await snapshot(() => Promise.resolve(process.pid));
tell(who, before === process.pid, after === process.pid, later === process.pid);
await reap();
