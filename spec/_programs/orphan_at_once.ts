/** Forks and is gone in the same moment, by `exit` or `SIGKILL`; the child runs to its end: `folder end`. */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, getpid, getppid, parentProcess } from "../../mod.ts";

const [folder, end] = process.argv.slice(2) as [string, string];
if (fork() !== 0) {
  if (end === "exit") process.exit(3);
  process.kill(process.pid, "SIGKILL");
}
writeFileSync(`${folder}/pid`, String(getpid()));
const parent = parentProcess()!;
const joined = await parent.join({ timeout: 10_000 });
const facts = { joined, isAlive: parent.isAlive(), isPpidNew: getppid() !== parent.pid };
if (existsSync(folder)) writeFileSync(`${folder}/facts`, JSON.stringify(facts));
