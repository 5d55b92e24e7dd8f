/** Targets that run until they are ended. The file `ready` says that they have begun. */
import { exists, mark } from "./scratch.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import { nodeProcess } from "./node_process.ts";

const LONG = 60_000;

export function linger(ready?: string): Promise<void> {
  if (ready !== undefined) mark(ready, String(thisProcess().pid));
  return new Promise((resolve) => setTimeout(resolve, LONG));
}

export function ignoreTerm(ready: string): Promise<void> {
  nodeProcess().on("SIGTERM", () => {});
  return linger(ready);
}

/** Never lets the event loop turn; the file changes as long as it lives. */
export function spin(ready: string): void {
  mark(ready, String(thisProcess().pid));
  for (const end = Date.now() + LONG; Date.now() < end;);
}

/** Ends when the file is there. */
export async function until(file: string): Promise<void> {
  while (!exists(file)) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
