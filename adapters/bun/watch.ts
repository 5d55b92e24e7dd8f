/**
 * `bun --watch` loads a changed program by `exec`: the process and its children stay,
 * and no code of the program before runs. Children that are bound to their parent
 * die then where setpriv bound them; elsewhere they are marked, and the next program
 * ends them. That needs `/proc`.
 *
 * @module
 */
import { fs, process } from "./globals.ts";

/** Variable of a bound child: process id of its parent. */
export const OWNER = "BROOD_BOOT_OWNER";

/** Whether this program is loaded again when a file changes. */
export function isWatched(): boolean {
  return process.execArgv.includes("--watch");
}

/** Kills bound children of the program that ran in this process before. */
export function killPredecessors(): void {
  for (const pid of childrenOfProcess()) {
    if (isBound(pid)) process.kill(pid, "SIGKILL");
  }
}

function childrenOfProcess(): number[] {
  try {
    return fs().readdirSync("/proc/self/task").flatMap((thread) => {
      return fs().readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    });
  } catch {
    return []; // no such files on this system
  }
}

function isBound(pid: number): boolean {
  try {
    return fs().readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${OWNER}=${process.pid}`);
  } catch {
    return false; // it has ended
  }
}
