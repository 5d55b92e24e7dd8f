/** Terminates pools whose task loops, or listens for SIGTERM: `folder`. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { ignoreTerm } from "../../pool/_fixtures/fault_deaf.ts";
import { lines } from "../../_support/scratch.ts";
import { until } from "../../_support/async.ts";
import { spin } from "../../_support/waiting.ts";

if (import.meta.main) {
  const [folder] = process.argv.slice(2) as [string];
  const looping = new Pool(1, { killGrace: 2 ** 30 });
  const lost = looping.apply(spin, [`${folder}/begun`]).catch(({ name }) => name);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  await looping.terminate(); // without end, were it waited for
  const listening = new Pool(1, { killGrace: 1_000 });
  const ended = listening.apply(ignoreTerm, [`${folder}/listens`, `${folder}/asked`]).catch(({ name }) => name);
  await until(() => lines(`${folder}/listens`).length === 1, "the task listens");
  await listening.terminate();
  console.log(JSON.stringify([await lost, await ended, lines(`${folder}/asked`).length]));
}
