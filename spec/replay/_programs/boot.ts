/** Forks with a snapshot of the first size and then with another; all tell what variables of the library's they have. */
import process from "node:process";
import { fork, Process, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";
import { tellVariables } from "../_fixtures/variables.ts";

const [first, second] = process.argv.slice(2).map(Number) as [number, number];
const one = snapshot(() => "x".repeat(first));
if (fork() === 0) {
  const other = snapshot(() => "y".repeat(second));
  const isChild = fork() !== 0;
  tellVariables(isChild ? "child" : "grandchild");
  tell([one.length, other.length].join());
  if (isChild) new Process({ target: tellVariables, args: ["process"] }).start();
}
await reap();
