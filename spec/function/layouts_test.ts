import { renameSync } from "node:fs";
import { Pool, TargetError } from "../../mod.ts";
import { cacheOfPackages, project, serve } from "./_fixtures/package_guest.ts";
import { assertEquals, assertInstanceOf, assertMatch } from "../_support/assert.ts";
import { scratch } from "../_support/folder.ts";
import { hasPermissions, type ProgramOptions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Programs start while others do. */
const SLOW = { limit: 60_000 };

/** With which a pool can be used. */
const LEAST = ["--allow-run", "--allow-net=127.0.0.1"];

/** What the targets of a project's program give. */
async function shown(folder: string, options: ProgramOptions = {}): Promise<object> {
  const { stdout, stderr } = await run(`${folder}/main.ts`, { cwd: folder, limit: SLOW.limit, ...options });
  const said = stderr.split("\n").filter((line) => !/^Warning Linked package|^ +at .*package\.json$/.test(line));
  assertEquals(said.join("\n"), "");
  return JSON.parse(stdout);
}

const ALIASES = {
  under: "under 1",
  versioned: "versioned 1",
  exact: "exact 1",
  further: "further 1",
  inner: "inner exact 1",
};

test(
  "A target is found that an alias leads to: one with a version, one for a folder, and one that means another in another folder",
  async () => {
    assertEquals(await shown(project("aliases")), ALIASES);
  },
  SLOW,
);

test("A target is found that an alias leads to which only the command line has named", async () => {
  const folder = project("aliases");
  const [file, moved] = hasPermissions ? ["deno.json", "map.json"] : ["tsconfig.json", "paths.json"];
  renameSync(`${folder}/${file}`, `${folder}/${moved}`);
  const runtimeArgs = [hasPermissions ? `--import-map=${moved}` : `--tsconfig-override=${moved}`];
  // What the command line names may be instead of what each folder says.
  for (const options of [{ runtimeArgs }, { runtimeArgs, flags: LEAST }]) {
    const given = await shown(folder, options);
    assertMatch(JSON.stringify(given), /"inner":"(inner )?exact 1"/);
    assertEquals<object>({ ...given, inner: ALIASES.inner }, ALIASES);
  }
}, SLOW);

test(
  "A target is found that package.json leads to: its imports, its own exports under a condition, and packages of both kinds of modules",
  async () => {
    assertEquals(await shown(project("packages")), {
      word: "word 1",
      tool: "tool 1",
      own: "own 1",
      conditional: "conditional 1",
      isNewLine: false,
      named: "named 1",
      common: "common 1",
      member: "member 1",
      dual: "module 1",
      linked: "linked 1",
      deep: "deep 1",
      isIdentifierChar: false,
      subOf: "sub 1",
      loose: "loose 1",
    });
  },
  SLOW,
);

test(
  "A target is found in a member of a workspace, in what that imports by an alias of its own, and in another member",
  async () => {
    const expected = { one: "one 1", two: "two 1", owned: "owned 1", other: "other 1" };
    assertEquals(await shown(project("workspace")), expected);
  },
  SLOW,
);

test(
  "A target is found in a package that lies in the cache of the runtime, where it uses packages from there",
  async () => {
    const options = { env: { DENO_DIR: cacheOfPackages() }, runtimeArgs: hasPermissions ? ["--cached-only"] : [] };
    const expected = { isNewLine: false, isIdentifierStart: false, visit: null };
    assertEquals(await shown(project("cache"), options), expected);
  },
  SLOW,
);

const MODULES = {
  anonymous: "anonymous 1",
  starred: "starred 1",
  renamed: "inner 1",
  spaced: "starred 1",
  fallback: "fallback 1",
  object: "inside 1",
  memoized: "memoized 1",
  common: "common 1",
  cyclic: "cyclic two",
  late: "late 1",
  typed: "typed 1",
  element: "element 1",
  script: "script 1",
  twice: "twice 1",
  dynamic: "dynamic 1",
  computed: "computed 1",
  kept: "kept 1",
  wrapped: "wrapped 1 7",
  exported: "exported 1",
  held: "held 1",
  far: "far 1",
  effect: "effect 1",
};

test(
  "A target is found however it is exported and imported: through barrels, as a default, in an object, wrapped, from a cycle, by import() and in CommonJS",
  async () => {
    assertEquals(await shown(project("modules")), MODULES);
  },
  SLOW,
);

test(
  "A target is found all the same when the program may run others, reach the address of pools, and nothing else",
  async () => {
    assertEquals(await shown(project("aliases"), { flags: LEAST }), ALIASES);
  },
  SLOW,
);

test("A target of a program that comes from a server is found, where the runtime runs such programs", async () => {
  const folder = project("served");
  await using server = await serve(folder);
  const options = { cwd: folder, env: { DENO_DIR: scratch() }, limit: SLOW.limit };
  const { code, stdout, stderr } = await run(`${server.url}/main.ts`, options);
  if (!hasPermissions) {
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /not found/i);
    return;
  }
  assertEquals([code, JSON.parse(stdout)], [0, { near: "near 1", kept: "kept 1", far: "far 1", late: "late 1" }]);
}, SLOW);

export function inTestFile(n: number): number {
  return n + 1;
}

test("A target of a test file is refused with TargetError that says to put it in a module of its own, or runs where test files can be imported", async () => {
  await using pool = new Pool(1);
  const given: unknown = await pool.apply(inTestFile, [1]).catch((error) => error);
  if (given === 2) return;
  assertInstanceOf(given, TargetError);
  const state = "it is in layouts_test.ts, which declares tests and can be loaded by the test runner only";
  const remedy = "put it in a module of its own and import it from there";
  assertEquals(given.message, `Cannot run inTestFile in another process: ${state}, ${remedy}`);
});

noLeaks();
