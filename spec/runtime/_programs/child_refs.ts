/** A child that is referenced, or not, and whether this program ends before it: `folder ref|unref`. */
import { existsSync } from "node:fs";
import process from "node:process";
import { last } from "../../process/_fixtures/orphan.ts";
import { spawn } from "../../_support/commands.ts";

if (import.meta.main) {
  const [folder, act] = process.argv.slice(2) as [string, "ref" | "unref"];
  process.on("exit", () => console.log(existsSync(`${folder}/done`) ? "after the child" : "before the child"));
  const child = spawn(last, [folder], { stdout: "null", stderr: "null" });
  child.unref();
  child[act]();
}
