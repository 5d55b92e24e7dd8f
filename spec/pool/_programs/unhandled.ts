/** A promise of a failed task is left alone. */
import { Pool } from "../../../mod.ts";
import { throwTypeError } from "../_fixtures/failing.ts";
import { sleep } from "../../_support/waiting.ts";

if (import.meta.main) {
  const pool = new Pool(1);
  void pool.applyAsync(throwTypeError).then(() => {});
  await pool.apply(sleep, [10]);
}
