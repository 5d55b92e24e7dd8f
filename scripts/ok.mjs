/**
 * The gate: everything that must hold before a commit, the quick things first. Stops at the first that does not.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { ROOT, RUNTIMES, SELF } from "./runtimes.mjs";

const deno = RUNTIMES.find(({ name }) => name === "deno").bin;
const programs = ["mod.ts", "scripts/demo/main.ts", ...typescript("spec"), ...typescript("spec/programs")];

const STEPS = [
  ["formatted", [deno, "fmt", "--check", "--quiet"]],
  ["linted", [deno, "lint", "--quiet"]],
  ["type-checked", [deno, "check", "--quiet", ...programs]],
  ["documented", [deno, "doc", "--lint", "mod.ts"]],
  ["publishable", [deno, "publish", "--dry-run", "--allow-dirty", "--quiet"]],
  ["conforming", [...SELF, "scripts/conformance.mjs"]],
];

for (const [claim, [program, ...args]] of STEPS) {
  const start = performance.now();
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: "inherit" });
  console.log(`${status === 0 ? "ok    " : "not ok"} ${claim} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (status !== 0) process.exit(1);
}

function typescript(folder) {
  return readdirSync(`${ROOT}/${folder}`).filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);
}
