/**
 * Programs in one file: what `bun build --compile` makes, and a stand-in for what `deno compile` would, which loads a
 * runtime from the network. Both are made on either runtime under test.
 *
 * @module
 */
import { execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { children, type Ended, following, type Running } from "./system.ts";

function pathOf(path: string): string {
  return path.startsWith("/") ? path : fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** A second copy of the library in that folder. */
export function copyLibrary(folder: string): void {
  for (const part of ["mod.ts", "src", "adapters"]) cpSync(pathOf(part), `${folder}/${part}`, { recursive: true });
  symlinkSync(pathOf("node_modules"), `${folder}/node_modules`);
}

/** Makes one file of a program of this repository, or at an absolute path; further words are flags, or more entries. */
export async function build(program: string, binary: string, words: readonly string[] = []): Promise<void> {
  const command = ["build", "--compile", pathOf(program), ...words, "--outfile", binary];
  await promisify(execFile)(pathOf("node_modules/.bin/bun"), command, { cwd: pathOf("") });
}

/**
 * Makes a file that runs a program on Deno as if it were compiled with these permissions: to the library it looks so,
 * and what is started by its path is the program again.
 */
export function standIn(program: string, binary: string, flags: readonly string[] = ["--allow-all"]): void {
  const looks = `Object.defineProperty(Deno, "build", { value: { ...Deno.build, standalone: true } });
    Object.defineProperty(Deno, "execPath", { value: () => ${JSON.stringify(binary)} });`;
  const preload = `data:application/javascript,${encodeURIComponent(looks)}`.replaceAll("'", "%27");
  const words = ["run", "--no-prompt", ...flags, "--preload", preload, pathToFileURL(pathOf(program)).href];
  const quoted = [pathOf("node_modules/.bin/deno"), ...words].map((word) => `'${word}'`).join(" ");
  writeFileSync(binary, `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(binary, 0o755);
}

/** Starts such a file, as the first of a process group. */
export function startFile(binary: string, args: readonly string[], env: Record<string, string> = {}): Running {
  return following(spawn(binary, args, {
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  }));
}

/** Runs such a file to its end and to the end of all that hold its output; ended with them after `limit` milliseconds. */
export async function runFile(
  binary: string,
  args: readonly string[],
  { env = {}, limit = 80_000 }: { env?: Record<string, string>; limit?: number } = {},
): Promise<Ended> {
  const running = startFile(binary, args, env);
  const timer = setTimeout(() => {
    for (const { pid } of children(running.pid)) process.kill(pid, "SIGKILL");
    running.kill("SIGKILL");
  }, limit);
  try {
    return await running.ended;
  } finally {
    clearTimeout(timer);
  }
}
