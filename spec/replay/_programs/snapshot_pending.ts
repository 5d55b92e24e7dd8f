/** Forks while a snapshot is not finished, and once more when it is. */
import { fork, snapshot } from "../../../mod.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";

let finish: ((value: string) => void) | undefined;
const pending = snapshot(() => new Promise<string>((resolve) => finish = resolve));

const isFirst = fork() === 0;
const isSecond = !isFirst && fork() === 0;
if (isFirst) tell("who awaits", await outcome(() => pending));
else if (isSecond) tell("who does not await", "nothing");
else {
  const codes = await reap();
  snapshot(() => finish!("late"));
  const value = await pending;
  if (fork() === 0) tell("who comes later", value);
  else tell("parent", value, codes, await reap());
}
