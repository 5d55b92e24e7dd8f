import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { numbers } from "../../_support/numbers.ts";
import { lines } from "../../_support/scratch.ts";

/** A pool that knows its tasks to be quick: many are sent ahead. */
export async function warm(size: number): Promise<Pool> {
  const pool = new Pool(size);
  await pool.map(square, numbers(3_000), { chunksize: 1 });
  return pool;
}

/** The numbers that tasks have noted in a file, in order of size. */
export function sorted(path: string): number[] {
  return lines(path).map(Number).sort((a, b) => a - b);
}
