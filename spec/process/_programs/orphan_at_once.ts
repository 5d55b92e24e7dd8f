/**
 * A parent that makes a child and is gone in the same moment: `folder end kind parent`. It ends by `exit` or `SIGKILL`,
 * the child is a `fork` or a `daemon`, and the parent is the `first` process, or a `fork` or `process` that the first
 * process waits for and says how it ended.
 */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, getpid, getppid, parentProcess, Process, wait } from "../../../mod.ts";
import { pauseUntil } from "../_fixtures/orphan_line.ts";

/** Makes the child and is gone. */
export async function begetAndDie(folder: string, end: string, kind: string): Promise<void> {
  if (kind === "daemon") {
    const { pid } = new Process({ target: stay, args: [folder], daemon: true }).start();
    writeFileSync(`${folder}/pids`, JSON.stringify([getpid(), pid]));
  } else if (fork() === 0) return await mourn(folder);
  if (end === "exit") process.exit(3);
  process.kill(process.pid, "SIGKILL");
}

/** Stays for as long as it may. */
export async function stay(folder: string): Promise<void> {
  await pauseUntil(() => !existsSync(folder));
}

async function mourn(folder: string): Promise<void> {
  writeFileSync(`${folder}/pid`, String(getpid()));
  const parent = parentProcess()!;
  const joined = await parent.join({ timeout: 10_000 });
  const facts = { joined, isAlive: parent.isAlive(), isPpidNew: getppid() !== parent.pid };
  if (existsSync(folder)) writeFileSync(`${folder}/facts`, JSON.stringify(facts));
}

async function main(folder: string, end: string, kind: string, parent: string): Promise<void> {
  if (parent === "process") new Process({ target: begetAndDie, args: [folder, end, kind] }).start();
  else if (parent === "first" || fork() === 0) return await begetAndDie(folder, end, kind);
  const [, status] = await wait();
  console.log(status);
}

if (import.meta.main) void main(...process.argv.slice(2) as [string, string, string, string]);
