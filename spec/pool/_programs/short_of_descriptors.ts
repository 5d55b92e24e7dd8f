/** A pool without workers is asked for a task while no descriptor is left, and again when there are some. */
import { closeSync, openSync } from "node:fs";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";

if (import.meta.main) {
  await using pool = new Pool(1, { minProcesses: 0, idleTimeout: 100 });
  console.log("works", await pool.apply(square, [2]));
  while (pool.stats().workers.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch (error) {
    console.log("short", (error as { code?: string }).code === "EMFILE");
  }
  const asked = pool.apply(square, [3]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const descriptor of held) closeSync(descriptor);
  console.log("asked in the shortage", await asked);
  console.log("asked after it", await pool.apply(square, [4]));
}
