/** Removes the binary that runs this program (a copy, made for it) and starts a process. */
import { rmSync } from "node:fs";
import process from "node:process";
import { activeChildren, Process } from "../../../mod.ts";
import { say } from "../../_support/say.ts";

if (import.meta.main) {
  rmSync(process.execPath);
  try {
    await new Process({ target: say }).start().join();
  } catch (error) {
    console.log(String(error));
  }
  console.log(`${activeChildren().length} children`);
}
