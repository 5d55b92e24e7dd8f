/**
 * The runtime without the library: how it runs a module of this folder.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const isDeno = "Deno" in globalThis;

function program(module: string, flags: string[]): string[] {
  return [...(isDeno ? ["run", ...flags] : []), fileURLToPath(new URL(module, import.meta.url))];
}

/** Starts a module that needs nothing. */
export function startPlain(module: string): { pid: number; ended: Promise<void>; kill(): void } {
  // A permission flag keeps node:child_process on Deno from adding all of them.
  const child = spawn(process.execPath, program(module, ["--deny-ffi"]), { stdio: "ignore" });
  return {
    pid: child.pid!,
    ended: new Promise((resolve) => child.on("exit", () => resolve())),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Runs a module with all permissions to its end: what its lines say. */
// deno-lint-ignore no-explicit-any
export function linesOf(module: string): Promise<any[]> {
  const child = spawn(process.execPath, program(module, ["-A", "--no-check"]), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => text += chunk);
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code === 0) resolve(text.trim().split("\n").map((line) => JSON.parse(line)));
      else reject(new Error(`${module} ended with exit code ${code}`));
    });
  });
}
