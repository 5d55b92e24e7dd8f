/** Functions that children run: they tell that they have begun, and give way when they are no longer wanted. */
import process from "node:process";
import { taskSignal } from "../../mod.ts";
import { note } from "./scratch.ts";

/** Notes `n` in the file `begun` and waits for its signal. */
export async function orHeed(begun: string, n: number): Promise<never> {
  const signal = taskSignal();
  note(begun, n);
  return await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Notes its pid in the file `path` and waits for so many milliseconds; knows of no signal. */
export async function jotAndSleep([path, ms]: [path: string, ms: number]): Promise<number> {
  note(path, process.pid);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return process.pid;
}
