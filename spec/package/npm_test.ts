import { readFileSync } from "node:fs";
import { install } from "./_fixtures/bridge.ts";
import { list } from "./_fixtures/registry.ts";
import { assertOutcome, tool } from "./_fixtures/tools.ts";
import { assertEquals, assertMatch } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whole tools run, several in one case. */
const SLOW = { limit: 90_000 };

const installed = install();

function manifestIn(folder: string): { version: string; dependencies: object } {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}

test("npm:@jsr/brood__multiprocessing contains what starts children, and no TypeScript", async () => {
  const files = list((await installed).folder);
  assertEquals(files.filter((path) => /^\/adapters\/.*_entry\./.test(path)), [
    "/adapters/bun/child_entry.js",
    "/adapters/bun/fork_entry.js",
    "/adapters/deno/child_entry.js",
    "/adapters/deno/fork_entry.js",
  ]);
  assertEquals(files.filter((path) => !path.endsWith(".js")), ["/package.json"]);
}, SLOW);

test(
  "npm:@jsr/brood__multiprocessing is installed by bun install with the versions of acorn and eslint-scope that the library names",
  async () => {
    const { user, ended } = await installed;
    assertEquals(ended.code, 0, ended.stderr);
    const { imports } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));
    const names = ["acorn", "eslint-scope"];
    assertEquals(
      names.map((name) => `npm:${name}@${manifestIn(`${user}/node_modules/${name}`).version}`),
      names.map((name) => imports[name]),
    );
    assertEquals(Object.keys(manifestIn(`${user}/node_modules/@brood/multiprocessing`).dependencies).sort(), names);
  },
  SLOW,
);

test(
  "npm:@jsr/brood__multiprocessing runs fork, process, queue, pool and manager, and children find what the project's package.json names",
  async () => {
    assertOutcome(await tool("bun", ["main.ts"], { cwd: (await installed).user }));
  },
  SLOW,
);

test(
  "npm:@jsr/brood__multiprocessing runs the same under deno run when the project has a node_modules folder",
  async () => {
    const { user } = await installed;
    assertOutcome(await tool("deno", ["run", "--no-prompt", "-A", "main.ts"], { cwd: user }));
  },
  SLOW,
);

test("npm:@jsr/brood__multiprocessing gives the tests of the project pools under bun test", async () => {
  const { code, stderr } = await tool("bun", ["test"], { cwd: (await installed).user });
  assertMatch(stderr, /\(pass\) a pool greets and counts[\s\S]*1 pass\n/);
  assertEquals(code, 0);
}, SLOW);

noLeaks();
