/** Results that fail in every way are left alone. */
import { Pool } from "../../../mod.ts";
import { identity, square } from "../../_support/arithmetic.ts";
import { exitWith } from "../../_support/dying.ts";
import { throwTypeError } from "../_fixtures/failing.ts";
import { sleep } from "../../_support/waiting.ts";

if (import.meta.main) {
  const pool = new Pool(1);
  pool.applyAsync(throwTypeError);
  pool.mapAsync(throwTypeError as () => never, [1, 2]);
  pool.applyAsync(identity, [() => 1]);
  pool.applyAsync(exitWith, [3]);
  pool.applyAsync(sleep, [60_000], { timeout: 10 });
  pool.applyAsync(sleep, [60_000]).cancel();
  console.log("goes on", await pool.apply(square, [3]));
  pool.applyAsync(sleep, [60_000]);
  await pool.terminate();
}
