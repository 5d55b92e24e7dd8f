/** Short tasks behind one that never ends, on a pool of two workers. */
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

export async function never(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
}

if (import.meta.main) {
  const pool = new Pool(2);
  const numbers = Array.from({ length: 3_000 }, (_, n) => n);
  await pool.map(square, numbers, { chunksize: 1 }); // it is known to be quick: many are sent ahead
  const results = numbers.slice(0, 500).map((n) => {
    if (n === 100) pool.apply(never).catch(() => {});
    return pool.apply(square, [n]);
  });
  console.log((await Promise.all(results)).length);
  await pool.terminate();
}
