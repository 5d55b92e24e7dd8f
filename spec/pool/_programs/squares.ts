/** The shortest use of a pool. */
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

if (import.meta.main) {
  await using pool = new Pool(2);
  console.log(...await pool.map(square, [1, 2, 3]));
}
