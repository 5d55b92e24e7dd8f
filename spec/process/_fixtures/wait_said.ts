/** What the programs `wait_*.ts` say, for the cases that run them with children of either kind. */
import { assertEquals } from "../../_support/assert.ts";
import { Folder } from "../../_support/folder.ts";
import { run } from "../../_support/system.ts";
import type { Kind } from "./wait_children.ts";

/** The lines of JSON that a scenario of `_programs/wait_<program>.ts` writes; it ends well and reports nothing. */
export async function said(program: string, scenario: string, kind: Kind, count = 0): Promise<unknown[]> {
  using folder = new Folder();
  const args = [kind, scenario, folder.path, String(count)];
  const { code, stdout, stderr } = await run(`process/_programs/wait_${program}.ts`, { args, limit: 80_000 });
  assertEquals([code, stderr], [0, ""]);
  return stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** A scenario says the same of children of each kind. */
export async function alike(
  program: string,
  scenario: string,
  lines: unknown[],
  kinds: Kind[] = ["fork", "process"],
): Promise<void> {
  for (const kind of kinds) assertEquals([kind, ...await said(program, scenario, kind)], [kind, ...lines]);
}
