/** Forks while waits are pending: for who awaits them in the child, and for who does not. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fork, Process, wait, waitpid } from "../../../mod.ts";
import { until } from "../../_support/lingers.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";

const [kind, folder] = process.argv.slice(2) as [string, string];
const child = new Process({ target: until, args: [`${folder}/end`], name: "ant" }).start();
const pending = kind === "wait"
  ? [wait({ timeout: 20_000 }), waitpid(child.pid!)]
  : [child.join(), child.sentinel, child.join({ timeout: 20_000 })];

const first = fork();
const second = first === 0 ? -1 : fork();
if (first === 0) tell("who awaits", ...await Promise.all(pending.map((promise) => outcome(() => promise))));
else if (second === 0) tell("who does not await", "nothing");
else {
  const codes = kind === "wait" ? [(await pending[0] as number[])[1]] : await Promise.all([first, second].map(codeOf));
  writeFileSync(`${folder}/end`, "");
  const last = await pending[1];
  tell("parent", codes, kind === "wait" ? (last as number[])[0] === child.pid : last);
  await reap();
}

async function codeOf(pid: number): Promise<number> {
  return (await waitpid(pid))[1];
}
