import { readFileSync } from "node:fs";
import { rewritten } from "./_fixtures/bridge.ts";
import { list, Registry } from "./_fixtures/registry.ts";
import { assertOutcome, makePackage, project, publish, said, tool } from "./_fixtures/tools.ts";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { scratch } from "../_support/folder.ts";
import type { Ended } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const { version } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));
const LEAST = ["--no-prompt", "--allow-run", "--allow-net=127.0.0.1"];
/** Whole tools run, several in one case. */
const SLOW = { limit: 90_000 };

const home = scratch();
const registry = await Registry.open(home);
const published = makePackage().then((folder) => publish(registry, folder));
const user = project({
  "deno.json": {
    imports: { "@brood/multiprocessing": `jsr:@brood/multiprocessing@^${version}`, "#words": "./words.ts" },
  },
});

/** Deno in the project, with a cache that is empty at first. */
async function deno(args: string[], cache = "cache"): Promise<Ended> {
  await published;
  return await tool("deno", args, { cwd: user, env: { ...registry.env, DENO_DIR: `${home}/${cache}` } });
}

test(
  "deno publish sends modules of JavaScript, mod.d.ts, README.md, CHANGELOG.md and LICENSE, and finds no slow types",
  async () => {
    const { code, stderr } = await published;
    assertEquals(code, 0, stderr);
    assert(stderr.includes("Checking for slow types"), stderr);
    const files = list(registry.files).filter((path) => !/^\/(src|adapters)\/.*\.js$/.test(path));
    const ways = ["/mod.d.ts", "/mod.js"];
    assertEquals(files, ["/CHANGELOG.md", "/LICENSE", "/README.md", "/deno.json", ...ways]);
  },
  SLOW,
);

test("deno publish sends modules that name the version of each package of npm that they import", async () => {
  await published;
  const modules = list(registry.files).filter((path) => path.endsWith(".js"));
  const imported = modules.flatMap((path) => rewritten(readFileSync(registry.files + path, "utf8")).imported)
    .filter((name) => !/^\.|^node:/.test(name));
  assertEquals(imported.map((name) => /^npm:([\w-]+)@\d+\.\d+\.\d+$/.exec(name)?.[1]).sort(), [
    "acorn",
    "eslint-scope",
  ]);
}, SLOW);

test(
  "jsr:@brood/multiprocessing runs fork, process, queue, pool and manager with `--allow-run --allow-net=127.0.0.1` and nothing else, and children find what the import map of the project names",
  async () => {
    assertOutcome(await deno(["run", ...LEAST, "main.ts"]));
  },
  SLOW,
);

test("jsr:@brood/multiprocessing runs a process with `--allow-run` alone", async () => {
  const { code, stdout, stderr } = await deno(["run", "--no-prompt", "--allow-run", "alone.ts"]);
  assertEquals([code, stdout, said(stderr)], [0, "HELLO ADA!\n0\n", ""]);
}, SLOW);

test(
  "jsr:@brood/multiprocessing is pinned in the lock file of the project with the packages of npm that it needs",
  async () => {
    await deno(["cache", "main.ts"]);
    const { jsr, npm } = JSON.parse(readFileSync(`${user}/deno.lock`, "utf8"));
    assertEquals(Object.keys(jsr), [`@brood/multiprocessing@${version}`]);
    for (const name of ["acorn", "eslint-scope"]) assert(Object.keys(npm).some((key) => key.startsWith(`${name}@`)));
  },
  SLOW,
);

test("jsr:@brood/multiprocessing type-checks as part of the project", async () => {
  const { code, stderr } = await deno(["check", "--quiet", "main.ts", "alone.ts", "squares_test.ts"]);
  assertEquals([code, said(stderr)], [0, ""]);
}, SLOW);

test(
  "jsr:@brood/multiprocessing runs the same with `--cached-only --frozen` when `deno cache` has filled an empty cache and no registry answers any more",
  async () => {
    const filled = await deno(["cache", "--frozen", "main.ts"], "other");
    assertEquals(filled.code, 0, filled.stderr);
    await registry.close();
    assertOutcome(await deno(["run", ...LEAST, "--cached-only", "--frozen", "main.ts"], "other"));
  },
  SLOW,
);

test("jsr:@brood/multiprocessing gives the tests of the project pools under deno test", async () => {
  const { code, stdout } = await deno(["test", ...LEAST, "--cached-only", "--frozen", "--no-check"], "other");
  assertMatch(stdout, /a pool greets and counts \.\.\. ok[\s\S]*1 passed/);
  assertEquals(code, 0);
}, SLOW);

noLeaks();
