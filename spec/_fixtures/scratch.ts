/** Files by which processes tell each other facts: a folder of its own for each that asks. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

/** A new folder; removed when this process exits. */
export function scratch(): string {
  const folder = mkdtempSync(`${tmpdir()}/spec-`);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

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
