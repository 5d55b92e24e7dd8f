/** Functions that children run: they give way when they are no longer wanted. */
import process from "node:process";
import { taskSignal } from "../../../mod.ts";
import { note } from "../../_support/scratch.ts";

/** Notes its pid in the file `begun`, waits for its signal and notes why it aborted in the file `ended`. */
export async function heed(begun: string, ended: string): Promise<string> {
  const signal = taskSignal();
  note(begun, process.pid);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  note(ended, (signal.reason as Error).name);
  return "heeded";
}

/** Notes `n` in the file `begun` and waits for its signal. */
export async function orHeed(begun: string, n: number): Promise<never> {
  const signal = taskSignal();
  note(begun, n);
  return await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

export function signalIsFresh(): boolean {
  return !taskSignal().aborted && taskSignal() === taskSignal();
}
