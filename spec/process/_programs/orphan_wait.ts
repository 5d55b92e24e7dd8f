/**
 * A child that makes a grandchild, of the kind of the argument, and ends; what wait() and waitpid() of the first
 * process say of the grandchild, while it has a parent and when it has lost it: a line of JSON. `folder kind`
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, Process, wait, waitpid } from "../../../mod.ts";
import { pauseUntil } from "../_fixtures/orphan_line.ts";

const [folder, kind] = process.argv.slice(2) as [string, string];

/** Lives until it is released. */
export async function grandchild(): Promise<void> {
  writeFileSync(`${folder}/part`, String(process.pid));
  renameSync(`${folder}/part`, `${folder}/grandchild`);
  await pauseUntil(() => existsSync(`${folder}/release`) || !existsSync(folder));
}

async function child(): Promise<void> {
  if (kind === "process") new Process({ target: grandchild }).start();
  else if (fork() === 0) return await grandchild();
  await pauseUntil(() => existsSync(`${folder}/grandchild`) && existsSync(`${folder}/asked`));
  process.exit(3);
}

async function nameOfError(asked: Promise<unknown>): Promise<unknown> {
  return await asked.catch((error: Error) => error.name);
}

async function first(pid: number): Promise<void> {
  await pauseUntil(() => existsSync(`${folder}/grandchild`));
  const theirs = Number(readFileSync(`${folder}/grandchild`, "utf8"));
  const before = await nameOfError(waitpid(theirs));
  writeFileSync(`${folder}/asked`, "");
  const [collected, status] = await wait();
  const after = [await nameOfError(waitpid(theirs)), await nameOfError(wait())];
  console.log(JSON.stringify({ before, isChild: collected === pid, status, after }));
}

if (import.meta.main) {
  const pid = fork();
  void (pid === 0 ? child() : first(pid));
}
