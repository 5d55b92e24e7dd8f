/** Targets that leave a trace: a child that replays its parent starts none of them. */
import { appendFileSync, existsSync } from "node:fs";
import process from "node:process";

/** Leaves a trace; also for the initializer of a pool. */
export function trace(file: string): void {
  appendFileSync(file, "began\n");
}

/** Ends when the file `end` is there, with the given code. */
export async function traceUntil(file: string, end: string, code: number): Promise<void> {
  trace(file);
  while (!existsSync(end)) await new Promise((resolve) => setTimeout(resolve, 5));
  process.exit(code);
}

/** As `traceUntil`; every SIGTERM leaves a trace as well. */
export async function traceTerms(file: string, end: string): Promise<void> {
  process.on("SIGTERM", () => appendFileSync(file, "terminated\n"));
  await traceUntil(file, end, 0);
}
