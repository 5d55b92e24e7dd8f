/** Files by which processes tell each other facts. */
import { nodeProcess } from "./node_process.ts";

/** Loaded at its first use, since importing it would load the other. */
function fs(): typeof import("node:fs") {
  return nodeProcess().getBuiltinModule("node:fs");
}

export function mark(path: string, text = ""): void {
  fs().writeFileSync(path, text);
}

export function note(path: string, line: unknown): void {
  fs().appendFileSync(path, `${line}\n`);
}

export function lines(path: string): string[] {
  return fs().existsSync(path) ? fs().readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

export function exists(path: string): boolean {
  return fs().existsSync(path);
}

/** Text of a file; empty while there is none. */
export function textOf(path: string): string {
  return fs().existsSync(path) ? fs().readFileSync(path, "utf8") : "";
}
