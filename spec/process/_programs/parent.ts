/**
 * A parent that ends in a given way once its child runs: `folder target daemon end`, and `scoped` for a child
 * that may read and write the folder and nothing else.
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { Process } from "../../../mod.ts";
import * as targets from "../_fixtures/orphan.ts";

const ENDS: Record<string, () => unknown> = {
  exit: () => process.exit(3),
  wait: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
};

if (import.meta.main) {
  const [folder, target, daemon, end, scoped] = process.argv.slice(2) as [string, "idle", string, string, string?];
  const options = {
    daemon: daemon === "daemon",
    stdout: "null",
    stderr: "null",
    ...scoped && { permissions: { read: [folder], write: [folder] } },
  } as const;
  new Process({ ...options, target: targets[target], args: [folder] }).start();
  while (end !== "exit at once" && !existsSync(`${folder}/began`)) await new Promise((again) => setTimeout(again, 5));
  await (ENDS[end] ?? ENDS.exit!)();
}
