/** A module that forks whenever it is imported, and whose function a process runs. */
import process from "node:process";
import { fork, getpid, Process } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

tell({ evaluated: process.pid });
export const pid: number = fork();

export function target(): void {
  tell("never");
}

if (import.meta.main && pid !== 0) tell({ code: await new Process({ target }).start().join(), pid: getpid() });
if (import.meta.main) await reap();
