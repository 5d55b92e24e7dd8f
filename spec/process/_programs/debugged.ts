/** Runs functions whose text a runtime may simplify: not beside a debugger. */
import process from "node:process";
import { Pool, Process } from "../../../mod.ts";

export function end(): void {
  const code = undefined;
  process.exitCode = code;
}

export function simplify(given: number): unknown[] {
  if (given === 1) {
    return [given, true, undefined];
  } else {
    return [];
  }
}

if (import.meta.main) {
  console.log(await new Process({ target: end }).start().join());
  await using pool = new Pool(1);
  console.log(JSON.stringify(await pool.apply(simplify, [1])));
}
