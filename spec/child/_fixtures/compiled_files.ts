import { assertEquals } from "../../_support/assert.ts";
import { build, standIn } from "../../_support/compiled.ts";
import { scratch } from "../../_support/folder.ts";
import type { Ended } from "../../_support/system.ts";

export const PROGRAM = "spec/child/_programs/compiled.ts";

/** Everything that needs no setting of its own, told by one run of the program. */
export const WORDS = ["process", "names", "pool", "shared", "nested", "large", "again", "wrong", "faults", "terminate"];

let made: Promise<string[]> | undefined;

/** The program in one file, minified with two entries, and what stands for one; made once. */
export function programs(): Promise<string[]> {
  return made ??= make();
}

async function make(): Promise<string[]> {
  const folder = scratch();
  const paths = ["whole", "minified", "standin"].map((name) => `${folder}/${name}`);
  await build(PROGRAM, paths[0]!);
  await build(PROGRAM, paths[1]!, ["--minify", "--keep-names", "spec/child/_fixtures/compiled_parts.ts"]);
  standIn(PROGRAM, paths[2]!);
  return paths;
}

export type Told = Record<string, unknown> & { stderr: string };

/** What a run of the program told, word by word. */
export function toldBy({ stdout, stderr, ...end }: Ended, name: string): Told {
  assertEquals(end, { code: 0, signal: null }, `${name}: ${stderr}`);
  const [first, ...rest] = stdout.trim().split("\n");
  assertEquals(first, "main");
  return { ...Object.fromEntries(rest.map((line) => JSON.parse(line))), stderr };
}
