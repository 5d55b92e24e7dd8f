/** Initializers, and what they leave for tasks. */
import process from "node:process";
import { lines, note } from "../../_support/scratch.ts";

const settings: unknown[] = [];

export function remember(...values: unknown[]): void {
  settings.push(...values);
}

export async function rememberLater(value: unknown): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  settings.push(value);
}

export function remembered(): unknown[] {
  return settings;
}

export function refuseStart(path: string): never {
  note(path, process.pid);
  throw new RangeError(`start ${lines(path).length} refused`);
}

export function exitStart(path: string, code: number): never {
  note(path, process.pid);
  process.exit(code);
}

/** Fails until it was tried so often. */
export function refuseUntil(path: string, times: number): void {
  note(path, process.pid);
  if (lines(path).length < times) throw new Error("not yet");
}
