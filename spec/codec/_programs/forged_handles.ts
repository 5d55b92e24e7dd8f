/** Hands on what a worker forged to children that may do nothing: `file`, which exists. */
import process from "node:process";
import { Pool, Process, Queue } from "../../../mod.ts";
import { forge } from "../_fixtures/forgery.ts";
import { PORT, tell } from "../_fixtures/intrusion.ts";

if (import.meta.main) {
  const [file] = process.argv.slice(2) as [string];
  await using pool = new Pool(1);
  const forged = await pool.apply(forge, [[`unix:${file}`, `tcp:127.0.0.1:${PORT}`]]);
  console.log(forged.every((queue) => queue instanceof Queue));
  await new Process({ target: tell, args: [file, forged], permissions: "none" }).start().join();
}
