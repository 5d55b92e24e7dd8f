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

/** What a scenario says of children of every kind, made in turns unless a kind is told. */
export async function says(
  program: string,
  scenario: string,
  lines: unknown[],
  kind: Kind = "turns",
): Promise<void> {
  assertEquals(await said(program, scenario, kind), lines);
}
