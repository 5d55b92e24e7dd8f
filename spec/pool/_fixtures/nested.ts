/** Functions that children run: they have pools of their own. */
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { pid } from "../../_support/waiting.ts";

export async function squareBelow(n: number): Promise<number> {
  await using pool = new Pool(1);
  return await pool.apply(square, [n]);
}

/** Own pid, and that of a worker of a pool which is left open. */
export async function leaveOpen(): Promise<[number, number]> {
  const pool = new Pool(1);
  return [await pool.apply(pid), pid()];
}
