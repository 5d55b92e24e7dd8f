/**
 * Listens for SIGTERM and SIGINT, and says how a task and a manager's object answer after a signal to the group: `folder`.
 */
import process from "node:process";
import { Manager, Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { mark } from "../../_support/scratch.ts";
import { hold } from "../../_support/waiting.ts";

function answer(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(({ name, signal }) => [name, signal ?? null]);
}

if (import.meta.main) {
  const [folder, what] = process.argv.slice(2) as [string, "pool" | "manager"];
  const heard = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => heard.resolve());
  if (what === "pool") {
    await using pool = new Pool(1);
    const task = answer(pool.apply(hold, [`${folder}/ready`, `${folder}/gate`]));
    await heard.promise;
    console.log(JSON.stringify([await task, await pool.apply(square, [3])]));
  } else {
    await using manager = new Manager();
    const dict = manager.dict<string, number>();
    await dict.set("a", 1);
    mark(`${folder}/ready`);
    await heard.promise;
    let said;
    while ((said = await answer(dict.get("a"))) === 1); // the signal may not have come to the manager yet
    console.log(JSON.stringify(said));
  }
}
