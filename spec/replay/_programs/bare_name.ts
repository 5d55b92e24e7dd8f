/** Runs the program of that name in a folder, named as one who stands there would, with the given arguments. */
import { spawnSync } from "node:child_process";
import process from "node:process";

const [folder, ...args] = process.argv.slice(2) as [string, ...string[]];
process.exitCode = spawnSync(process.execPath, ["program", ...args], { cwd: folder, stdio: "inherit" }).status ?? 9;
