/** The parent lets no event loop turn until the child has run. */
import { existsSync } from "node:fs";
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { leave, reap, tell } from "../_fixtures/telling.ts";

const [folder, size] = process.argv.slice(2) as [string, string];
const text = snapshot(() => "x".repeat(Number(size)));
if (fork() === 0) leave(`${folder}/${text.length}`);
else {
  const end = Date.now() + 10_000;
  while (!existsSync(`${folder}/${size}`) && Date.now() < end);
  tell(existsSync(`${folder}/${size}`));
  tell(Object.values(await reap()));
}
