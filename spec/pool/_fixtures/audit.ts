/** Functions that children run: they tell that they have begun, or stop. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
import { note } from "../../_support/scratch.ts";

/** Notes its pid in the file `path` and waits for so many milliseconds; knows of no signal. */
export async function jotAndSleep([path, ms]: [path: string, ms: number]): Promise<number> {
  note(path, thisProcess().pid);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return thisProcess().pid;
}

/** Stops its own process when `n` is `at`, for somebody else to continue or to end it; gives `n`. */
export function stopAt(n: number, at: number): number {
  if (n === at) nodeProcess().kill(thisProcess().pid, "SIGSTOP");
  for (const end = performance.now() + 0.02; performance.now() < end;); // a result is not there before the stop is
  return n;
}
