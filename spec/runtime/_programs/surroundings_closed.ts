/** Runs a process and a pool, says things, and writes what came of it into a file. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { Pool, Process } from "../../../mod.ts";
import { listenForTheEnd } from "../_fixtures/surroundings_targets.ts";
import { square } from "../_fixtures/surroundings_tasks.ts";

if (import.meta.main) {
  console.log("to nobody");
  console.error("to nobody");
  const code = await new Process({ target: listenForTheEnd }).start().join();
  await using pool = new Pool(1);
  writeFileSync(process.argv.at(-1)!, JSON.stringify([code, await pool.map(square, [1, 2, 3])]));
}
