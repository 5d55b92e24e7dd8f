/** Lets the error of a task be printed by the runtime. */
import { Pool } from "../../../mod.ts";
import { failInWorker } from "../_fixtures/failing_calls.ts";

if (import.meta.main) {
  const pool = new Pool(1);
  await askPool(pool);
}

async function askPool(pool: Pool): Promise<void> {
  await pool.apply(failInWorker, ["bread"]);
}
