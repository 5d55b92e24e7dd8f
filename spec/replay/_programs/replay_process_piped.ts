/** What a fork child gets for the output of a process that its parent has read. */
import { fork, Process, snapshot } from "../../../mod.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";
import { say } from "../../_support/say.ts";
import { textOf } from "../../_support/children.ts";

const child = new Process({ target: say, args: ["hi"], stdout: "piped", name: "ant" }).start();
const text = await outcome(() => textOf(child.stdout));
const inside = await snapshot(() => {
  const other = new Process({ target: say, args: ["hello"], stdout: "piped" }).start();
  return textOf(other.stdout);
});
const { stderr } = child;
const who = fork() === 0 ? "child" : "parent";
tell(who, text, stderr, inside, await outcome(() => Promise.resolve(child.stdout === null)));
await reap();
