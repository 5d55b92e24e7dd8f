/** Files by which processes tell each other facts. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

export function mark(path: string, text = ""): void {
  writeFileSync(path, text);
}

export function note(path: string, line: unknown): void {
  appendFileSync(path, `${line}\n`);
}

export function lines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

export function exists(path: string): boolean {
  return existsSync(path);
}

/** Text of a file; empty while there is none. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
