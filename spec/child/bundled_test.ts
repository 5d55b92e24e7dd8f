import { copyFileSync, readFileSync, symlinkSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Build, bundle, project, tool } from "./_fixtures/bundles.ts";
import { PROGRAM, toldBy, WORDS } from "./_fixtures/compiled_files.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { lines, mark, textOf } from "../_support/scratch.ts";
import { hasPermissions, isAlive, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whole tools run, several in one case. */
const SLOW = { limit: 120_000 };
const BUNDLED = "spec/child/_programs/bundled.ts";
const BARE = "spec/child/_programs/compiled_bare.ts";
const LEAST = ["--allow-run", "--allow-net=127.0.0.1"];

/** One of each bundler. */
const BUILDS: readonly Build[] = [
  { by: "bun", flags: ["--minify"] },
  { by: "esbuild", splits: true },
  { by: "deno", flags: ["--sourcemap=inline"] },
];

const made = new Map<string, Promise<string>>();

/** A bundle that several cases use. */
function kept(program: string, build: Build): Promise<string> {
  const key = JSON.stringify([program, build]);
  if (!made.has(key)) made.set(key, bundle(program, build));
  return made.get(key)!;
}

const ONE: Build = { by: "esbuild", flags: ["--minify"] };
const SEVERAL: Build = { by: "esbuild", flags: ["--minify"], splits: true };

/** What a run of {@linkcode BUNDLED} told: lines of JSON. */
async function tell(path: string, words: readonly string[], options: Parameters<typeof run>[1] = {}): Promise<unknown> {
  const { code, stdout, stderr } = await run(path, { args: words, limit: 60_000, ...options });
  assertEquals([code, stderr], [0, ""]);
  return Object.fromEntries(stdout.trim().split("\n").map((line) => JSON.parse(line)));
}

test(
  "freezeSupport() lets a bundled program do all that it does when it is not bundled: processes, pools, managers, children of children, and how each of them ends",
  async () => {
    const told = async (path: string) => {
      const { stderr: _, ...all } = toldBy(await run(path, { args: WORDS, limit: 60_000 }), path);
      return all;
    };
    const expected = await told(PROGRAM.replace("spec/", ""));
    assertEquals(Object.keys(expected), WORDS);
    for (const build of BUILDS) assertEquals([build, await told(await kept(PROGRAM, build))], [build, expected]);
  },
  SLOW,
);

test("freezeSupport() leaves daemons and workers no life after a bundled program that is killed", async () => {
  const place = scratch();
  const running = start(await kept(PROGRAM, BUILDS[1]!), { args: [`busy:${place}`] });
  const pids = () => lines(`${place}/begun`).map(Number);
  try {
    await until(() => pids().length === 2 && textOf(`${place}/daemon`) !== "", "children are busy");
    running.kill("SIGKILL");
    await until(() => !pids().some(isAlive), "children are gone", 3_000);
  } finally {
    for (const pid of [running.pid, ...pids()].filter(isAlive)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}, SLOW);

test(
  "freezeSupport() serves a bundle in any directory, under another name, behind a link, and imported by a module outside",
  async () => {
    const folder = scratch();
    const names = ["index.mjs", "a b%41 é.js", "link.js", "wrapper.js"].map((name) => `${folder}/${name}`);
    const [renamed, odd, link, wrapper] = names as [string, string, string, string];
    for (const path of [renamed, odd]) copyFileSync(await kept(BUNDLED, ONE), path);
    symlinkSync(renamed, link);
    mark(wrapper, `import { start } from "./index.mjs"; console.log(JSON.stringify(["start", await start()]));`);
    for (const path of [renamed, odd, link]) {
      assertEquals(await tell(path, ["start", "pool"], { cwd: "/" }), { start: 0, pool: [1, 4, 9] });
    }
    assertEquals(await tell(wrapper, [], { cwd: "/" }), { start: 0 });
  },
  SLOW,
);

test(
  "freezeSupport() needs no permissions in a bundled program but those that it needs elsewhere, in one file or several",
  async () => {
    for (const build of [ONE, SEVERAL]) {
      const path = await kept(BUNDLED, build);
      assertEquals(await tell(path, ["start"], { flags: ["--allow-run"] }), { start: 0 });
      assertEquals(await tell(path, ["start", "pool"], { flags: LEAST }), { start: 0, pool: [1, 4, 9] });
    }
  },
  SLOW,
);

test("freezeSupport() leaves cwd, runtimeArgs and permissions to the children of a bundled program", async () => {
  const cwd = scratch();
  assertEquals(await tell(await kept(BUNDLED, ONE), [`options:${cwd}`]), {
    options: [[cwd, true, !hasPermissions], 0],
  });
});

test(
  "freezeSupport() does nothing in a program whose bundler has left the library outside: its children find exports of the bundle and what task() has registered, and it can fork",
  async () => {
    const lib = `import { task } from "@brood/multiprocessing";
      export const double = (n) => 2 * n;
      export const { cube } = task(import.meta, { cube: (n) => n ** 3 });`;
    const main = `import { fork, freezeSupport, Pool, waitpid } from "@brood/multiprocessing";
      import * as self from "./main.ts";
      import { cube, double } from "./lib.ts";
      export { double } from "./lib.ts";
      export const square = (n) => n * n;
      if (import.meta.main) {
        await freezeSupport(self);
        const pid = fork();
        if (pid === 0) {
          console.log("child");
        } else {
          await waitpid(pid);
          await using pool = new Pool(1);
          const values = [];
          for (const f of [square, double, cube]) values.push(await pool.apply(f, [3]));
          console.log(values.join());
        }
      }`;
    const folder = project({ "main.ts": main, "lib.ts": lib });
    const outside = ["--minify", "--external", "@brood/multiprocessing"];
    const words = { bun: outside, deno: outside, esbuild: ["--minify", "--packages=external"] };
    for (const by of ["bun", "deno", "esbuild"] as const) {
      const path = await bundle(`${folder}/main.ts`, { by, flags: words[by], folder });
      assert(readFileSync(path, "utf8").length < 2_000, `${by} has left the library outside`);
      const { code, stdout, stderr } = await run(path, { flags: LEAST });
      assertEquals([by, code, stdout, stderr], [by, 0, "child\n9,6,27\n", ""]);
    }
  },
  SLOW,
);

/** An error with the remedy, or its beginning. */
function assertBootstrap([name, message]: string[], act: string): void {
  assertEquals(name, "BootstrapError");
  assertStringIncludes(
    message!,
    `Cannot ${act}: this program is bundled and its children would not find their functions, call freezeSupport(self) first:\n`,
  );
  assertStringIncludes(message!, "      await freezeSupport(self);\n");
  assertStringIncludes(message!, "docs/deploy.md");
}

test(
  "Process.start(), new Pool() and Manager.start() throw a BootstrapError that shows freezeSupport(self) in a bundled program that has not called it, and nothing is started",
  async () => {
    for (const build of BUILDS) {
      const starts = `${scratch()}/starts`;
      const path = await kept(BARE, build);
      const { code, stdout, stderr } = await run(path, { args: ["bare"], env: { STARTS: starts } });
      assertEquals([code, stderr, lines(starts).length], [0, "", 1]);
      const told = stdout.trim().split("\n").map((line) => JSON.parse(line));
      ["start process", "make pool", "start manager"].forEach((act, at) => assertBootstrap(told[at], act));
    }
  },
  SLOW,
);

test("Process.start() throws that error in a program that imports a bundle with a copy of the library of its own", async () => {
  const dependency = `import { Process } from "@brood/multiprocessing";
    export const square = (n) => n * n;
    export const start = () => new Process({ target: square, args: [2] }).start();`;
  const folder = project({ "dependency.ts": dependency });
  const path = await bundle(`${folder}/dependency.ts`, { by: "esbuild", folder });
  mark(
    `${folder}/main.js`,
    `import "@brood/multiprocessing"; import { start } from ${JSON.stringify(path)};
     try { start(); } catch (error) { console.log(JSON.stringify([error.name, error.message])); }`,
  );
  const { stdout, stderr } = await run(`${folder}/main.js`);
  assertEquals(stderr, "");
  assertBootstrap(JSON.parse(stdout), "start process");
});

test(
  "Process.start() throws a TargetError for what the main module declares, or task() registers, only after a bundled program has called freezeSupport()",
  async () => {
    const state = "it is not there yet where the main module awaits freezeSupport(self), move that call below it";
    for (const build of [ONE, SEVERAL]) {
      const { late } = await tell(await kept(BUNDLED, build), ["late"]) as { late: unknown[] };
      const said = ["declaredLate", "registeredLate", "registeredLazily"].map((name, at) => {
        const [kind, message] = late[at] as string[];
        assertStringIncludes(message!, state);
        return [kind, message!.startsWith(`Cannot run ${name} in another process: `)];
      });
      assertEquals([...said, late[3]], [...Array(3).fill(["TargetError", true]), 1]);
    }
  },
  SLOW,
);

test("Process.start() throws a BootstrapError in a bundled program that comes from standard input, and in a bundle that a test runner runs", async () => {
  const input = readFileSync(await kept(BARE, ONE), "utf8");
  const starts = `${scratch()}/starts`;
  const { stdout, stderr } = await run("-", { args: ["bare"], env: { STARTS: starts }, input });
  const [name, message] = JSON.parse(stdout.split("\n")[0]!);
  assertEquals([name, stderr, lines(starts).length], ["BootstrapError", "", 1]);
  assertMatch(
    message,
    /^Cannot start process: this program is bundled and comes from eval or standard input, .* file$/,
  );

  const { start } = await import(pathToFileURL(await kept(BUNDLED, ONE)).href) as { start(): Promise<unknown> };
  const error = await start().catch((error: Error) => error) as Error;
  assertEquals(error.name, "BootstrapError");
  assertMatch(error.message, /^Cannot start process: a test runner runs this bundle .*, leave the library outside/);
});

test("Pool.map() rejects with a BrokenPoolError that names freezeSupport(self) when a bundled program's children end before they come to it", async () => {
  const starts = `${scratch()}/starts`;
  const { stdout } = await run(await kept(BARE, ONE), { args: ["late"], env: { STARTS: starts, FIRST: "1" } });
  const [, [name, message]] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(name, "BrokenPoolError");
  assertStringIncludes(message, "let this bundled program come to await freezeSupport(self) first, see docs/deploy.md");
  assert(lines(starts).length <= 5, "few processes were started");
});

test("Process.start() and Pool.apply() name the main file of a bundled program when it is gone", async () => {
  const path = `${scratch()}/main.js`;
  copyFileSync(await kept(BUNDLED, ONE), path);
  const message = `Cannot start process: the program's file ${path} is gone, restart the program`;
  assertEquals(await tell(path, ["gone"]), {
    gone: [["SpawnError", message], ["BrokenPoolError", `Cannot run tasks: ${message}`]],
  });
});

test("fork() throws an UnsupportedError in a bundled program", async () => {
  const { fork: [name, message] } = await tell(await kept(BUNDLED, ONE), ["fork"]) as { fork: string[] };
  assertEquals(name, "UnsupportedError");
  assertMatch(message!, /^Cannot fork: this program is bundled, .*, start a Process$/);
});

test("Library in a bundle of a format without import.meta says to bundle it as an ES module", async () => {
  const path = `${scratch()}/main.cjs`;
  const folder = project({ "main.ts": `import { getpid } from "@brood/multiprocessing"; console.log(getpid());` });
  const flags = ["--log-level=error", "--bundle", "--format=cjs", "--platform=node", `--outfile=${path}`];
  await tool(["esbuild", ...flags, "main.ts"], folder);
  const { code, stdout, stderr } = await run(path);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(
    stderr,
    "rror: Cannot use @brood/multiprocessing: it is bundled in a format that has no import.meta, bundle it as an ES module, with --format=esm",
  );
});

noLeaks();
