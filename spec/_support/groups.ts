/**
 * Process groups, as the operating system shows them.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

/** Living processes of a process group, without zombies. */
export function groupOf(leader: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [state, , group] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      return Number(group) === leader && !/[ZX]/.test(state!);
    } catch {
      return false; // it ended meanwhile
    }
  });
}
