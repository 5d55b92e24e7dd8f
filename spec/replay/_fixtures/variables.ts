/** The variables that carry what a child is told, as processes find them. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { tell } from "./telling.ts";

/** Tells the names of those that this process has, and those that a program has which it starts. */
export function tellVariables(who: string): void {
  const own = Object.keys(process.env).filter((name) => name.startsWith("BROOD_BOOT"));
  const theirs = spawnSync("env", { encoding: "utf8" }).stdout.match(/^BROOD_BOOT\w*/gm) ?? [];
  tell([who, own, theirs]);
}
