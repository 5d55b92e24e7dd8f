/** What the processes of forking programs tell, as the tests read it. */
import { assertEquals } from "../../_support/assert.ts";
import { type ProgramOptions, run } from "../../_support/system.ts";

/** A process of a program, as it tells. */
export interface Who {
  forks: number[];
  pid: number;
  ppid: number;
  name: string;
  own: number;
  parent: { pid: number; name: string } | null;
}

export type Told = Who & Record<string, unknown>;

/** Lines of JSON. */
// deno-lint-ignore no-explicit-any
export function linesOf<T = any>(stdout: string): T[] {
  return stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** What the processes of a program told, all of which end well and complain of nothing. */
// deno-lint-ignore no-explicit-any
export async function told<T = any>(program: string, args: string[] = [], options: ProgramOptions = {}): Promise<T[]> {
  const { code, stdout, stderr } = await run(`replay/_programs/${program}.ts`, { ...options, args });
  assertEquals([code, stderr], [0, ""], stdout + stderr);
  return linesOf<T>(stdout);
}

/** A family of forked processes: who is whose child agrees with what fork() gave. Sorted by their forks. */
export function checkFamily(lines: readonly Told[]): Told[] {
  const all = lines.filter(({ pid }) => pid !== undefined);
  const [first] = all.filter(({ forks }) => !forks.includes(0));
  assertEquals(first!.parent, null);
  assertEquals(new Set(all.map(({ pid }) => pid)).size, all.length);
  for (const { forks, pid, ppid, own, name, parent } of all) {
    assertEquals([own, name], [pid, "MainProcess"]);
    if (pid === first!.pid) continue;
    // The parent went the same way, and got this process where this process got 0 for the last time.
    const at = forks.lastIndexOf(0);
    const theirs = all.find((other) => other.pid === ppid)!.forks.slice(0, at + 1);
    assertEquals([...forks.slice(0, at), pid], theirs);
    assertEquals(parent, { pid: ppid, name: "MainProcess" });
  }
  return all.sort((one, other) => shape(one) < shape(other) ? -1 : 1);
}

/** Which of the forks gave 0. */
export function shape({ forks }: Who): string {
  return forks.map((pid) => pid === 0 ? "0" : "+").join("");
}

/** One line of the child's and one of the parent's, which look alike but for that. */
export async function pair(
  program: string,
  args: string[],
  options?: ProgramOptions,
): Promise<[child: Told, parent: Told]> {
  const lines = await told<Told>(program, args, options);
  const [child, parent] = [true, false].map((isChild) => lines.find((line) => line.isChild === isChild)!);
  assertEquals(lines.length, 2);
  return [child!, parent!];
}
