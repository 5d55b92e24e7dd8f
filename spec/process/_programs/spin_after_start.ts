/** Starts a child and lets no event loop turn until the child has written a file: `folder size`. */
import { existsSync } from "node:fs";
import process from "node:process";
import { Process } from "../../../mod.ts";
import { begin } from "../_fixtures/orphan.ts";

if (import.meta.main) {
  const [folder, size] = process.argv.slice(2) as [string, string];
  const child = new Process({ target: begin, args: [folder, "x".repeat(Number(size))] }).start();
  const end = Date.now() + 10_000;
  while (!existsSync(`${folder}/began`) && Date.now() < end);
  console.log(existsSync(`${folder}/began`) ? "seen" : "not seen");
  console.log(await child.join());
}
