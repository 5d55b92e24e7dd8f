/** Targets under each rule, in a program that may run others and nothing else. */
import process from "node:process";
import { inline, Process } from "../../../mod.ts";
import { imported, silent } from "../_fixtures/naming/silent.ts";

export function own(): void {
  console.log("own");
}

if (import.meta.main) {
  const target = { own, registered: silent, shipped: inline(() => console.log("shipped")), imported }[
    process.argv[2]!
  ]!;
  try {
    console.log(await new Process({ target: target as typeof own }).start().join());
  } catch (error) {
    console.log(String(error));
  }
}
