/** Starts a daemon and is killed: `target folder`. */
import process from "node:process";
import { Process } from "../../../mod.ts";
import { linger } from "../../_support/lingers.ts";
import { surviveParent } from "../_fixtures/absent_targets.ts";

if (import.meta.main) {
  const [what, folder] = process.argv.slice(2) as ["idle" | "loop", string];
  const setting = { daemon: true, stdout: "null", stderr: "null" } as const;
  if (what === "idle") new Process({ ...setting, target: linger, args: [`${folder}/ready`] }).start();
  else new Process({ ...setting, target: surviveParent, args: [`${folder}/ready`, `${folder}/survived`] }).start();
  await linger();
}
