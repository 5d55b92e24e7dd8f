/** A snapshot is the function's own value here and a copy in every other process. */
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";

interface Shared {
  count: number;
  list: string[];
}

const made: Shared = { count: 0, list: [] };
const value = snapshot(() => made);
const later = await snapshot(() => Promise.resolve(made));
const isOwn = [value === made, later === made];
// Taken before this: the child gets the value without it, and then runs this line itself.
value.list.push("path");

const who = fork() === 0 ? "first" : fork() === 0 ? "second" : "parent";
if (who === "parent") await reap();
value.count++;
value.list.push(who);
tell(who, isOwn, value, who === "parent" ? null : later.list);
