/** Has a pool that has nothing to do, or has ended, and waits or loops until it is interrupted. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { mark } from "../../_support/scratch.ts";

if (import.meta.main) {
  const [folder, state, how] = process.argv.slice(2) as [string, string, string];
  const pool = new Pool(2);
  await pool.map(square, [1, 2, 3], { chunksize: 1 });
  if (state === "closed") pool.close();
  if (state === "terminated") void pool.terminate();
  if (state !== "idle") await pool.join();
  while (state === "idle" && pool.stats().workers.some(({ state }) => state !== "idle")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // Who has just had something to do may soon have again.
  await new Promise((resolve) => setTimeout(resolve, state === "idle" ? 300 : 0));
  mark(`${folder}/ready`);
  while (how === "loop");
  setInterval(() => {}, 1000);
}
