/** Functions of this module and of another one, the second when the workers run already. */
import { Pool } from "../../../mod.ts";
import { triple } from "../_fixtures/registered.ts";

export function square(n: number): number {
  return n * n;
}

if (import.meta.main) {
  await using pool = new Pool(1);
  const first = await pool.apply(square, [3]);
  console.log(first, await pool.apply(triple, [first]));
}
