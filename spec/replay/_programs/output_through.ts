/** Runs another program of this folder with both of its outputs at one `place`: a `terminal`, or the file at that path. */
import process from "node:process";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [place, program, ...args] = process.argv.slice(2) as [string, string, ...string[]];
const command = readFileSync("/proc/self/cmdline", "utf8").split("\0");
const runtime = command.slice(0, command.findIndex((word) => word.endsWith("output_through.ts")));
const words = [...runtime, fileURLToPath(new URL(program, import.meta.url)), ...args];
const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
const [shell, ...options] = place === "terminal"
  ? ["script", "-qec", line, "/dev/null"]
  : ["sh", "-c", `exec ${line} > '${place}' 2>&1`];
const { status } = spawnSync(shell!, options, { stdio: ["ignore", "inherit", "inherit"] });
process.exitCode = status ?? 1;
