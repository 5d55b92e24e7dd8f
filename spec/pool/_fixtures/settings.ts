/** Initializers, and what they leave for tasks. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
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
  note(path, thisProcess().pid);
  throw new RangeError(`start ${lines(path).length} refused`);
}

export function exitStart(path: string, code: number): never {
  note(path, thisProcess().pid);
  return nodeProcess().exit(code);
}

/** Fails until it was tried so often. */
export function refuseUntil(path: string, times: number): void {
  note(path, thisProcess().pid);
  if (lines(path).length < times) throw new Error("not yet");
}
