/** The mistake: makes a pool whenever it is evaluated. */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { Pool } from "../../../mod.ts";

appendFileSync(process.env.SPEC_COUNT!, "evaluated\n");

export function work(n: number): number {
  return n;
}

const pool = new Pool(2);
console.log(await pool.map(work, [1, 2, 3]));
