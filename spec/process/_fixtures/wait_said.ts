/** What the programs `wait_*.ts` say, for the cases that run them. */
import { assertEquals } from "../../_support/assert.ts";
import { Folder } from "../../_support/folder.ts";
import { once } from "../../_support/once.ts";
import { run } from "../../_support/system.ts";
import type { Kind } from "./wait_children.ts";

/** The lines of JSON that a scenario of `_programs/wait_<program>.ts` writes; it ends well and reports nothing. */
export async function said(program: string, scenario: string, kind: Kind, count = 0): Promise<unknown[]> {
  using folder = new Folder();
  const args = [kind, scenario, folder.path, String(count)];
  const { code, stdout, stderr } = await run(`process/_programs/wait_${program}.ts`, {
    args,
    limit: 80_000 + 300 * count,
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** What all scenarios of a program without forks say, with their names: one run for all the cases. */
const together = once((program) => said(program, "together", "process") as Promise<[string, unknown][]>);

/** What a scenario says: of children of `Process` and beside others, or by itself of children of the kind that is told. */
export async function says(program: string, scenario: string, lines: unknown[], kind?: Kind): Promise<void> {
  const own = async () => (await together(program)).filter(([name]) => name === scenario).map(([, line]) => line);
  assertEquals(kind === undefined ? await own() : await said(program, scenario, kind), lines);
}
