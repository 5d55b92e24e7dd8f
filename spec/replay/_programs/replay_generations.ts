/** Three generations, each with processes of its own: what the second got, the third gets on its way. */
import process from "node:process";
import { activeChildren, fork, getpid, getppid, Process, processTable, snapshot, waitpid } from "../../../mod.ts";
import { exit } from "../../_support/ends.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

async function ended(child: Process): Promise<unknown[]> {
  let polls = 0;
  for (; child.isAlive(); polls++) await delay(2);
  return [child.name, child.pid, polls > 0, child.exitCode, activeChildren().length, getpid(), getppid()];
}

await snapshot(() => new Process({ target: exit, args: [9] }).start().sentinel);
const facts = [await ended(new Process({ target: exit, args: [3] }).start()), processTable().map(({ pid }) => pid)];

if (fork() === 0) {
  const own = await ended(new Process({ target: exit, args: [4] }).start());
  const table = processTable().map(({ pid, kind }) => [pid, kind]);
  const last = fork();
  tell(last === 0 ? "third" : "second", facts, own, table);
  if (last === 0) tell("end", getpid() === process.pid, processTable().length);
  else {
    await waitpid(last);
    await reap();
  }
} else {
  await reap();
  tell("first", facts);
}
