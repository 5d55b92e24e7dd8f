/**
 * The inside of a station: measures what the lines on stdin name, one at a time, until stdin ends.
 *
 * @module
 */
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
    setTimeout(() => process.exit(1), CLOSING);
    await close();
    process.exit(0);
  });
}

function answer(reading: { value: unknown } | { error: string }): void {
  console.log(`reading ${JSON.stringify(reading)}`);
}
