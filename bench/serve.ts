/**
 * The inside of a station: measures what the lines on stdin name, one at a time, until stdin ends.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";

/** Milliseconds that cleaning up may take. */
const CLOSING = 4_000;

/** What a station can measure, by name. */
// deno-lint-ignore no-explicit-any
export type Measures = Readonly<Record<string, (argument: any) => unknown>>;

/** Answers until stdin ends; then ends this process, after `close`. */
export function serve(measures: Measures, close: () => unknown = () => {}): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    const { measure, argument } = JSON.parse(line);
    try {
      answer({ value: await measures[measure]!(argument) });
    } catch (error) {
      answer({ error: String(error) });
    }
  });
  // Also heard while a measure hangs, so that nothing stays when whoever asked is gone.
  lines.on("close", async () => {
    setTimeout(endGroup, CLOSING);
    await Promise.resolve(close()).catch((error) => console.error(error));
    endGroup();
  });
}

/** Ends this process with all that it has started: some peers leave processes behind that wait for ever. */
function endGroup(): void {
  try {
    if (isLeader()) process.kill(-process.pid, "SIGKILL");
  } finally {
    process.exit(0);
  }
}

/** Whether this process is the first of its group, as every station is that is started by a program. */
function isLeader(): boolean {
  const fields = readFileSync("/proc/self/stat", "utf8").replace(/^.*\) /s, "").split(" ");
  return Number(fields[2]) === process.pid;
}

function answer(reading: { value: unknown } | { error: string }): void {
  console.log(`reading ${JSON.stringify(reading)}`);
}
