/** A module that uses a pool that it is given: its frame is gone when the pool looks at the stack on some engines. */
import type { Pool } from "../../../../mod.ts";
import { told } from "./told.ts";

export function double(n: number): string {
  return told(String(2 * n));
}

export function run(pool: Pool, items: number[]): Promise<string[]> {
  return pool.map(double, items);
}
