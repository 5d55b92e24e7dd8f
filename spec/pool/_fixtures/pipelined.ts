/** Functions that children run: short ones, and long ones that end when others have ended. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { exists, note } from "../../_support/scratch.ts";
import { blockUntil } from "../../_support/blocking.ts";

/** Keeps its worker busy for so many microseconds and notes `n` in the file `path`. */
export function brief(path: string, n: number, microseconds: number): number {
  for (const end = performance.now() + microseconds / 1_000; performance.now() < end;);
  note(path, n);
  return n;
}

/** As {@linkcode brief}, of one argument. */
export function briefly([path, n, microseconds]: [string, number, number]): number {
  return brief(path, n, microseconds);
}

/** Notes its pid in the file `begun` and lets no event loop turn until the file `gate` is there; fails after so many milliseconds. */
export function spinUntil(begun: string, gate: string, ms: number): number {
  note(begun, thisProcess().pid);
  if (!blockUntil(() => exists(gate), ms)) throw new RangeError("nobody has opened");
  return thisProcess().pid;
}

/** As {@linkcode spinUntil}, and its event loop turns. */
export async function sleepUntil(begun: string, gate: string, ms: number): Promise<number> {
  note(begun, thisProcess().pid);
  for (const end = Date.now() + ms; !exists(gate);) {
    if (Date.now() > end) throw new RangeError("nobody has opened");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return thisProcess().pid;
}
