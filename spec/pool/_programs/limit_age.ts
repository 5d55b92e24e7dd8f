/** A pool whose workers are to be replaced much later, and that is never closed. */
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

if (import.meta.main) {
  const pool = new Pool(1, { maxAgePerChild: 60_000, idleTimeout: 60_000 });
  console.log(await pool.apply(square, [3]));
}
