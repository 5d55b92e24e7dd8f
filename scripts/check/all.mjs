/**
 * Runs every check script beside this file, and fails when one of them does.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { ROOT, SELF } from "../runtimes.mjs";

const [program, ...args] = SELF;
const failed = readdirSync(`${ROOT}/scripts/check`).filter((name) => name !== "all.mjs").sort().filter((name) =>
  spawnSync(program, [...args, `scripts/check/${name}`], { cwd: ROOT, stdio: "inherit" }).status !== 0
);
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exit(1);
}
