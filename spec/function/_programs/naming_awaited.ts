/** Its first call is of a function from a module that awaits at its top level. */
import { Pool } from "../../../mod.ts";
import { afterwards } from "../_fixtures/naming/awaited.ts";

if (import.meta.main) {
  await using pool = new Pool(1);
  console.log(await pool.apply(afterwards));
}
