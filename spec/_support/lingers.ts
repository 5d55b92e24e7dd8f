/** Targets that run until they are ended. The file `ready` says that they have begun. */
import process from "node:process";
import { writeFileSync } from "node:fs";

const LONG = 60_000;

export function linger(ready?: string): Promise<void> {
  if (ready !== undefined) writeFileSync(ready, String(process.pid));
  return new Promise((resolve) => setTimeout(resolve, LONG));
}

export function ignoreTerm(ready: string): Promise<void> {
  process.on("SIGTERM", () => {});
  return linger(ready);
}

/** Never lets the event loop turn; the file changes as long as it lives. */
export function spin(ready: string): void {
  writeFileSync(ready, String(process.pid));
  for (const end = Date.now() + LONG; Date.now() < end;);
}

/** Ends when the file is there. */
export async function until(file: string): Promise<void> {
  const { existsSync } = await import("node:fs");
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
