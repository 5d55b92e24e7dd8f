/** Counts in a file how often its snapshots are computed, in a tree of five processes. */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

const [kind, file] = process.argv.slice(2) as [string, string];

function compute(): number {
  appendFileSync(file, "computed\n");
  return Math.random();
}

async function computeLater(): Promise<number> {
  await delay(1);
  return compute();
}

const fn: () => number | Promise<number> = kind === "sync" ? compute : computeLater;
const shared = await snapshot(fn);
const who = fork() === 0 ? "first" : fork() === 0 ? "second" : "parent";
if (who !== "second") tell(who, shared);
else {
  const own = await snapshot(fn);
  const name = fork() === 0 ? "third" : "second";
  if (name === "third") tell(fork() === 0 ? "fourth" : "third", shared, own);
  else tell(name, shared, own);
}
await reap();
