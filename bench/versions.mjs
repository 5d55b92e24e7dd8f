/**
 * The versions of all that is measured.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ROOT } from "../scripts/runtimes.mjs";

/** By name: the library, the runtimes, CPython, and the pools of others. */
export function versions(runtimes) {
  const { version, devDependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));
  return Object.fromEntries([
    ["brood", version],
    ...runtimes.map(({ name, bin }) => [name, said(bin)]),
    ["CPython", said("python3")],
    ...["piscina", "tinypool", "workerpool"].map((name) => [name, devDependencies[name]]),
  ]);
}

function said(bin) {
  const { stdout } = spawnSync(bin, ["--version"], { encoding: "utf8" });
  return /\d+(\.\d+)+/.exec(stdout ?? "")?.[0] ?? "unknown";
}
