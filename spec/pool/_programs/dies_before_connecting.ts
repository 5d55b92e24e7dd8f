/** Workers of a pool that has served end before they connect, for a time, as they do when processes are short. */
import process from "node:process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { exitWith } from "../../_support/dying.ts";

if (import.meta.main) {
  const path = process.env.FAULT_PRELOAD!;
  await using pool = new Pool(1, { maxRestarts: 1 });
  console.log("works", await pool.apply(square, [2]));
  writeFileSync(path, "");
  await pool.apply(exitWith, [3]).catch(({ name }) => console.log(name));
  const asked = pool.apply(square, [3]);
  asked.catch(() => {});
  while (readFileSync(path, "utf8").split("\n").length <= 4) await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(path);
  console.log("asked while none came up", await asked);
  console.log("asked after it", await pool.apply(square, [4]));
}
