/**
 * Process groups, as the operating system shows them.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** Living processes of a process group, without zombies. */
export function groupOf(leader: number): number[] {
  if (!isThere(leader)) return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [state, , group] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      return Number(group) === leader && !/[ZX]/.test(state!);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** Whether anybody is in the group, zombies too: one question, where a look at every process costs the machine much. */
function isThere(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}
