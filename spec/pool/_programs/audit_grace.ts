/** Cancels a task that gives way, where one that does not would have a long time; has nothing more to do then. */
import { Pool } from "../../../mod.ts";
import { heed } from "../_fixtures/heeding.ts";
import { pid } from "../../_support/waiting.ts";
import { lines } from "../../_support/scratch.ts";
import process from "node:process";

if (import.meta.main) {
  const [folder] = process.argv.slice(2) as [string];
  const pool = new Pool(1, { killGrace: 60_000 });
  const result = pool.applyAsync(heed, [`${folder}/begun`, `${folder}/ended`]);
  while (lines(`${folder}/begun`).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  result.cancel();
  await pool.apply(pid);
  console.log(lines(`${folder}/ended`).join());
}
