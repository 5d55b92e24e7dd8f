/** Its workers spin; it ends as the file says that is its argument. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { lines, textOf } from "../../_support/scratch.ts";
import { spin } from "../../_support/waiting.ts";

if (import.meta.main) {
  const end = process.argv[2]!;
  const begun = `${end}.begun`;
  const pool = new Pool(2);
  pool.applyAsync(spin, [begun]);
  pool.applyAsync(spin, [begun]);
  while (lines(begun).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(lines(begun).join(" "));
  setInterval(() => {
    const how = textOf(end);
    if (how === "exit") process.exit(5);
    if (how === "throw") throw new Error("ends here");
  }, 5);
}
