import { assertEquals, assertMatch } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import type { ForkOptions } from "../../mod.ts";
import { linesOf, told } from "./_fixtures/family.ts";
import type { Rights } from "../process/_fixtures/rights.ts";

const ALL: Rights = { read: true, write: true, env: true, sys: true, run: true, net: true };
const NONE: Rights = { read: false, write: false, env: false, sys: false, run: false, net: false };

const ran = once((flags, ...args) => told("rights", args, { flags: JSON.parse(flags!) }));

/** What a fork child of a program with these flags may do; before that, an error that fork() threw. */
async function rights(folder: Folder, flags: string[], options: ForkOptions = {}): Promise<unknown[]> {
  folder.write("there", "");
  // Without permissions all parents are the same one.
  return await ran(JSON.stringify(hasPermissions ? flags : []), folder.path, JSON.stringify(options));
}

/** The rights where there are permissions; everything is allowed where there are none. */
function given(some: Partial<Rights>): Rights {
  return hasPermissions ? { ...NONE, ...some } : ALL;
}

test("fork() gives the child the permissions that its parent holds whole, and no others", async () => {
  using folder = new Folder();
  const { path } = folder;
  const cases: [flags: string[], rights: Partial<Rights>][] = [
    [["--allow-all"], ALL],
    [["--allow-run"], { run: true }],
    [["--allow-run", "--allow-read", "--allow-env"], { run: true, read: true, env: true }],
    [["--allow-run", `--allow-read=${path}`, `--allow-write=${path}`], { run: true }],
    [["--allow-run", "--allow-read", "--deny-read=/etc/hostname", "--allow-net"], { run: true, net: true }],
  ];
  for (const [flags, some] of cases) assertEquals(await rights(folder, flags), [given(some)], flags.join(" "));
});

test('fork() gives the child the permissions that are named, none with "none"', async () => {
  using folder = new Folder();
  const flags = ["--allow-run", "--allow-env", `--allow-read=${folder.path}`];
  const permissions = { read: [folder.path], env: true };
  assertEquals(await rights(folder, flags, { permissions }), [given({ read: true, env: true })]);
  assertEquals(await rights(folder, ["--allow-all"], { permissions: "none" }), [given({})]);
});

test("fork() throws SpawnError when the child would get more than its parent has, and can be called again", async () => {
  using folder = new Folder();
  const flags = ["--allow-run", "--allow-env", `--allow-read=${folder.path}`];
  const cases: [options: ForkOptions, refusal: string][] = [
    [
      { permissions: { net: true } },
      "it would get --allow-net, which this process does not have itself, run with --allow-net or ask for less",
    ],
    [
      { permissions: { read: ["/etc"] } },
      "it would get --allow-read=/etc, which this process does not have itself, run with --allow-read=/etc or ask for less",
    ],
    [{ runtimeArgs: ["--allow-read"] }, "--allow-read among runtimeArgs is a permission, use the permissions option"],
  ];
  for (const [options, refusal] of hasPermissions ? cases : []) {
    const refused = `SpawnError: Cannot start process: ${refusal}`;
    assertEquals(await rights(folder, flags, options), [refused, given({ run: true, env: true })]);
  }
  if (!hasPermissions) assertEquals(await rights(folder, flags, cases[0]![0]), [ALL]);
});

test("fork() makes a child that reads before the fork what its parent may read in part, when that is named", async () => {
  using folder = new Folder();
  folder.write("there", "text");
  const options = JSON.stringify({ permissions: { read: [folder.path] } });
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  assertEquals(await told("reads", [folder.path, options], { flags }), ["text", [0]]);
});

test("fork() makes a child that ends with 1 and ForkError naming the permissions option when that is not named and refused before the fork", async () => {
  using folder = new Folder();
  folder.write("there", "text");
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  const { stdout, stderr } = await run("replay/_programs/reads.ts", { args: [folder.path, "{}"], flags });
  if (!hasPermissions) return assertEquals([linesOf(stdout), stderr], [["text", [0]], ""]);
  assertEquals(linesOf(stdout), [[1]]);
  assertMatch(
    stderr,
    /ForkError: Cannot fork: child \d+ .*reads\.ts:.*Requires read access.*fork\(\{ permissions: /,
  );
});

test("fork() throws SpawnError that says --allow-run when the program may not run others, and makes no child", async () => {
  const lines = await told<string>("unallowed", [], { flags: [] });
  if (!hasPermissions) return assertEquals(lines.toSorted(), ["child", "parent"]);
  assertEquals(lines.slice(1), [[]] as never);
  assertMatch(lines[0]!, /^SpawnError: Cannot start process: .*, run with --allow-run$/);
});

noLeaks();
