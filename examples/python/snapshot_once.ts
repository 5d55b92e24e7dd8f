/** What runs again in the child, and what does not: snapshot() is computed once, everything else twice. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fork, snapshot, wait } from "../../mod.ts";

const folder = snapshot(() => mkdtempSync(`${tmpdir()}/snapshot-`));

// The child does not run this function. It gets a copy of what the parent got from it.
const shared = snapshot(() => {
  appendFileSync(`${folder}/log`, "inside\n");
  return Math.random();
});

// The child runs this again on its way to fork(). In Python it would not: both would have one number, and one line.
appendFileSync(`${folder}/log`, "outside\n");
const own = Math.random();

const pid = fork();
if (pid !== 0) await wait();
console.log(`${pid === 0 ? "child" : "parent"}: shared=${shared}, own=${own}`);
if (pid !== 0) {
  const lines = readFileSync(`${folder}/log`, "utf8").trimEnd().split("\n");
  console.log(`parent: the file says ${lines.join(", ")}`);
  rmSync(folder, { recursive: true });
}
