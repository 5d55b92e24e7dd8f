/** What the processes of a forking program tell, and how they meet: lines of JSON, and files. */
import { existsSync, writeFileSync } from "node:fs";
import {
  currentProcess,
  getpid,
  getppid,
  NoChildError,
  parentProcess,
  wait,
  waitStatusToExitCode,
} from "../../../mod.ts";

/** One line of JSON on standard output. */
export function tell(fact: unknown): void {
  console.log(JSON.stringify(fact));
}

/** Who this process is, after the given forks. */
export function who(forks: number[]) {
  const parent = parentProcess();
  return {
    forks,
    pid: getpid(),
    ppid: getppid(),
    name: currentProcess().name,
    own: currentProcess().pid,
    parent: parent && { pid: parent.pid, name: parent.name },
  };
}

/** Waits for all children: their exit codes by process id. */
export async function reap(): Promise<Record<number, number>> {
  const codes: Record<number, number> = {};
  for (;;) {
    try {
      const [pid, status] = await wait();
      codes[pid] = waitStatusToExitCode(status);
    } catch (error) {
      if (error instanceof NoChildError) return codes;
      throw error;
    }
  }
}

/** Leaves a file for another process. */
export function leave(path: string): void {
  writeFileSync(path, "");
}

/** Waits for a file that another process leaves. */
export async function meet(path: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!existsSync(path)) {
    if (Date.now() > end) throw new Error(`nobody left ${path}`);
    await new Promise((again) => setTimeout(again, 5));
  }
}
