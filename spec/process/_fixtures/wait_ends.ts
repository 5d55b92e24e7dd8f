/** How the children of the programs `wait_*.ts` end. To import the library here would cost each a part of its start. */
import { existsSync } from "node:fs";
import process from "node:process";

/** An exit code, or the signal that a child sends itself. */
export type How = number | "SIGKILL" | "SIGTERM";

/** No child outlives a program that failed by more than this. */
const LONGEST = 25_000;

/** Stops the whole process for a moment. */
export function pauseSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Target and body of the children: ends in that way once the file `gate` is there. */
export function end(how: How, gate: string | null): never {
  for (const last = Date.now() + LONGEST; gate !== null && !existsSync(gate) && Date.now() < last;) pauseSync(15);
  if (typeof how === "number") process.exit(how);
  process.kill(process.pid, how);
  for (;;) pauseSync(1_000);
}

/** Ends at once, whatever it was given. */
export function take(_: string): void {}
