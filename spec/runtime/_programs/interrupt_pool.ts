/**
 * Its workers are busy until it is interrupted. They tell of it in the file `begun`; whatever is told here of a task
 * is printed.
 */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { ignoreTerm, nest } from "../../pool/_fixtures/fault_deaf.ts";
import { hold, spin } from "../../_support/waiting.ts";

if (import.meta.main) {
  const [folder, what, options] = process.argv.slice(2) as [string, string, string];
  const begun = `${folder}/begun`;
  const tell = (how: string) => console.log(how);
  const callbacks = { callback: () => tell("called back"), errorCallback: () => tell("called back with an error") };
  await using pool = new Pool(2, JSON.parse(options));
  for (let worker = 0; worker < 2; worker++) {
    if (what === "loop") pool.applyAsync(spin, [begun], callbacks);
    if (what === "sleep") pool.applyAsync(hold, [begun, `${folder}/gate`], callbacks);
    if (what === "ignore SIGTERM") pool.applyAsync(ignoreTerm, [begun, `${folder}/asked`], callbacks);
    if (what.startsWith("nest")) pool.applyAsync(nest, [begun, what.slice(5) as "loop" | "sleep"], callbacks);
  }
  for (let n = 0; n < 1000; n++) pool.applyAsync(square, [n], callbacks);
  try {
    await Promise.all([
      pool.map(square, [1, 2, 3]),
      (async () => {
        for await (const _ of pool.imap(square, [1, 2, 3]));
      })(),
    ]);
    tell("done");
  } catch (error) {
    tell(String(error));
  } finally {
    tell("finally");
  }
}
