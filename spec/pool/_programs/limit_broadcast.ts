/** A broadcast is all that the program has to do, and nobody closes the pool. */
import process from "node:process";
import { Pool } from "../../../mod.ts";

export function pid(): number {
  return process.pid;
}

if (import.meta.main) {
  const pool = new Pool(2);
  const hasTwo = () => pool.stats().workers.length === 2;
  while (!hasTwo()) await new Promise((resolve) => setTimeout(resolve, 0));
  pool.broadcast(pid).then((pids) => console.log(pids.length));
}
