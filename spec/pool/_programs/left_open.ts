/** Uses a pool and leaves it. */
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { pid } from "../../_support/waiting.ts";

if (import.meta.main) {
  const pool = new Pool(2);
  console.log(await pool.apply(square, [3]), await pool.apply(pid), await pool.apply(pid));
}
