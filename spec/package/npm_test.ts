import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { installFromJsr, installFromNpm } from "./_fixtures/install.ts";
import { list } from "./_fixtures/registry.ts";
import { assertOutcome, tool } from "./_fixtures/tools.ts";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whole tools run, several in one case. */
const SLOW = { limit: 90_000 };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const installed = installFromNpm();
const bridged = installFromJsr();

function manifestIn(folder: string): { version: string; dependencies: object } {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}

test(
  "npm:@brood/multiprocessing contains modules of JavaScript, the types in mod.d.ts, package.json, README.md, CHANGELOG.md and LICENSE",
  async () => {
    const files = list((await installed).folder);
    const modules = files.filter((path) => path.endsWith(".js"));
    assert(modules.length > 0);
    const others = ["/CHANGELOG.md", "/LICENSE", "/README.md", "/mod.d.ts", "/package.json"];
    assertEquals(files, [...modules, ...others].sort());
  },
  SLOW,
);

test("npm:@brood/multiprocessing gives Deno and Bun a module each, without what the other needs", async () => {
  const { user } = await installed;
  const ask = 'console.log(import.meta.resolve("@brood/multiprocessing"))';
  for (const [name, args] of [["deno", ["eval", ask]], ["bun", ["-e", ask]]] as const) {
    const { stdout, stderr } = await tool(name, args, { cwd: user });
    assertMatch(stdout, new RegExp(`/mod\\.${name}\\.js\\n$`), stderr);
    const imported = readFileSync(new URL(stdout.trim()), "utf8").matchAll(/(?:from|import\() ?"(.+?)"/g);
    assertEquals([...new Set([...imported].map(([, path]) => dirname(path!)))], [`./src/${name}`]);
  }
}, SLOW);

test(
  "npm:@brood/multiprocessing is installed by bun install with the versions of acorn and eslint-scope that the library names",
  async () => {
    const { user, ended } = await installed;
    assertEquals(ended.code, 0, ended.stderr);
    const { imports } = JSON.parse(readFileSync(`${ROOT}/deno.json`, "utf8"));
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
  "npm:@brood/multiprocessing runs fork, process, queue, pool and manager, and children find what the project's package.json names",
  async () => {
    assertOutcome(await tool("bun", ["main.ts"], { cwd: (await installed).user }));
  },
  SLOW,
);

test(
  "npm:@brood/multiprocessing runs the same under deno run when the project has a node_modules folder",
  async () => {
    const { user } = await installed;
    assertOutcome(await tool("deno", ["run", "--no-prompt", "-A", "main.ts"], { cwd: user }));
  },
  SLOW,
);

test(
  "npm:@brood/multiprocessing gives errors whose stacks show the program's lines on both sides, and none of the library's",
  async () => {
    const { user } = await installed;
    for (const [name, args] of [["deno", ["run", "--no-prompt", "-A"]], ["bun", []]] as const) {
      const { stdout, stderr } = await tool(name, [...args, "fails.ts"], { cwd: user });
      assert(stdout !== "", stderr);
      const stacks: string[] = JSON.parse(stdout);
      const frames = stacks.map((stack) => stack.split("\n").filter((line) => /^\s+at /.test(line)));
      assertEquals(frames.map(([first]) => /fails\.ts:\d+:\d+\)?$/.test(first ?? "")), [true, true], stacks.join("\n"));
      assert(!frames.flat().some((line) => line.includes("@brood/multiprocessing")), stacks.join("\n"));
    }
  },
  SLOW,
);

test("npm:@brood/multiprocessing gives the tests of the project pools under bun test", async () => {
  const { code, stderr } = await tool("bun", ["test"], { cwd: (await installed).user });
  assertMatch(stderr, /\(pass\) a pool greets and counts[\s\S]*1 pass\n/);
  assertEquals(code, 0);
}, SLOW);

test(
  "npm:@brood/multiprocessing type-checks as part of the project with the rules of nodenext and of bundlers, and says in its types what its doc comments say",
  async () => {
    const { user, folder } = await installed;
    const rules = { nodenext: "nodenext", esnext: "bundler" };
    for (const [module, resolution] of Object.entries(rules)) {
      const options = ["--noEmit", "--strict", "--target", "esnext", "--skipLibCheck", "false"];
      const how = ["--module", module, "--moduleResolution", resolution, "--allowImportingTsExtensions"];
      const types = ["--typeRoots", `${ROOT}node_modules`, "--types", "bun-types"];
      const args = [`${ROOT}node_modules/typescript/bin/tsc`, ...options, ...how, ...types, "main.ts"];
      const { stdout } = await tool("bun", args, { cwd: user });
      assertEquals([module, stdout.split("\n").filter((line) => !line.startsWith("..")).join("\n")], [module, ""]);
    }
    const text = readFileSync(`${folder}/mod.d.ts`, "utf8");
    assertEquals(text.match(/@example/g)!.length, commentedExamples());
  },
  SLOW,
);

/** Examples in the doc comments of the sources. */
function commentedExamples(): number {
  return Number(
    spawnSync("grep", ["-rhc", "@example", "src", "mod.ts"], { cwd: ROOT, encoding: "utf8" }).stdout
      .split("\n").reduce((sum, count) => sum + Number(count), 0),
  );
}

test("npm:@jsr/brood__multiprocessing contains what starts children, and no TypeScript but mod.d.ts", async () => {
  const files = list((await bridged).folder);
  assertEquals(files.filter((path) => /^\/adapters\/.*_entry\./.test(path)), [
    "/adapters/bun/child_entry.js",
    "/adapters/bun/fork_entry.js",
    "/adapters/deno/child_entry.js",
    "/adapters/deno/fork_entry.js",
  ]);
  assertEquals(files.filter((path) => !path.endsWith(".js")), ["/mod.d.ts", "/package.json"]);
}, SLOW);

test(
  "npm:@jsr/brood__multiprocessing runs fork, process, queue, pool and manager under bun and deno run",
  async () => {
    const { user } = await bridged;
    assertOutcome(await tool("bun", ["main.ts"], { cwd: user }));
    assertOutcome(await tool("deno", ["run", "--no-prompt", "-A", "main.ts"], { cwd: user }));
  },
  SLOW,
);

noLeaks();
