import { lines, mark } from "../_support/scratch.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { build, copyLibrary, runFile, standIn } from "../_support/compiled.ts";
import { scratch } from "../_support/folder.ts";
import type { Ended } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { PROGRAM, programs, toldBy } from "./_fixtures/compiled_files.ts";

const folder = scratch();
const BARE = "spec/child/_programs/compiled_bare.ts";

let bare: Promise<string[]> | undefined;
let refused: Promise<Refusals[]> | undefined;

/** The program that does not call freezeSupport(self), in one file, and what stands for one; made once. */
function bareFiles(): Promise<string[]> {
  return bare ??= (async () => {
    const paths = ["bare", "bare_standin"].map((name) => `${folder}/${name}`);
    await build(BARE, paths[0]!);
    standIn(BARE, paths[1]!);
    return paths;
  })();
}

type Refusals = Record<string, [name: string, message: string]>;

/** What each compiled program refuses. */
function refusals(): Promise<Refusals[]> {
  return refused ??= (async () => {
    const found: Refusals[] = [];
    for (const path of await programs()) {
      found.push(toldBy(await runFile(path, ["refusals"]), path).refusals as Refusals);
    }
    return found;
  })();
}

interface Bare extends Ended {
  told: unknown[];
  /** Processes that have begun. */
  starts: number;
}

/** Runs the program that does not call it as it must, by each binary. */
async function eachBare(how: string, act: (bare: Bare) => void): Promise<void> {
  for (const path of await bareFiles()) {
    const starts = `${scratch()}/starts`;
    const ended = await runFile(path, [how], { env: { STARTS: starts, FIRST: "1" } });
    assertEquals([ended.code, ended.signal], [0, null], ended.stderr);
    const told = ended.stdout.trim().split("\n").map((line) => JSON.parse(line));
    act({ ...ended, told, starts: lines(starts).length });
  }
}

/** An error with the remedy, or its beginning. */
function assertBootstrap(told: unknown, act: string): void {
  const [name, message] = told as [string, string];
  assertEquals(name, "BootstrapError");
  assertStringIncludes(
    message,
    `Cannot ${act}: this program is compiled and its children would not find their functions`,
  );
  assertStringIncludes(message, "call freezeSupport(self) first:\n");
  assertStringIncludes(message, "      await freezeSupport(self);\n");
}

test("Process.start(), Manager.start() and new Pool() throw a BootstrapError that shows freezeSupport(self) in a compiled program that has not called it, and nothing is started", async () => {
  await eachBare("bare", ({ told, starts, stderr }) => {
    ["start process", "make pool", "start manager"].forEach((act, at) => assertBootstrap(told[at], act));
    assertEquals([starts, stderr], [1, ""]);
  });
});

test("Process.start() throws that error also when freezeSupport() was called and nobody awaits it", async () => {
  await eachBare("forgotten", ({ told, starts, stderr }) => {
    for (const each of told) assertBootstrap(each, "start process");
    assertEquals([told.length, starts, stderr], [2, 1, ""]);
  });
});

test(
  "freezeSupport() rejects with a BootstrapError in a child of a compiled program that has two copies of the library, and no more are started",
  async () => {
    const place = scratch();
    const [main, starts] = [`${place}/main.ts`, `${place}/starts`];
    copyLibrary(`${place}`);
    mark(
      main,
      `import "./mod.ts";
    import { appendFileSync } from "node:fs";
    import { freezeSupport, Process } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).pathname)};
    import * as self from "./main.ts";
    export function nothing() {}
    appendFileSync(${JSON.stringify(starts)}, process.pid + "\\n");
    await freezeSupport(self);
    console.log(await new Process({ target: nothing }).start().join());`,
    );
    await build(main, `${place}/main`);
    const { code, stdout, stderr } = await runFile(`${place}/main`, []);
    assertEquals([code, stdout, lines(starts).length], [0, "1\n", 2]);
    assertMatch(stderr, /BootstrapError: Cannot run child: this compiled program has two copies of the library, give/);
  },
  { limit: 120_000 },
);

test("A child of a compiled program that ends before it comes to freezeSupport() says so and exits with 1, once each", async () => {
  await eachBare("late", ({ told, starts, stderr }) => {
    const line =
      "Cannot run child: this compiled program has ended before it came to await freezeSupport(self), call that first\n";
    assertEquals(told[0], 1);
    assertEquals((told[1] as string[])[0], "BrokenPoolError");
    assertEquals(stderr, line.repeat(starts - 1));
    assert(starts >= 3 && starts <= 5, `${starts} processes were started`);
  });
});

test(
  "Process.start() throws, and Pool.apply() rejects with, a TargetError that says to export a function which the main module of a compiled program does not export",
  async () => {
    for (const { unexported, pool } of await refusals()) {
      for (const [name, message] of [unexported!, pool!]) {
        assertEquals(name, "TargetError");
        assertMatch(
          message,
          /^Cannot run \w+ in another process: it is no export of the main module, and this program/,
        );
        assertStringIncludes(message, 'export it there, also from where it is defined: export { f } from "./f.ts"');
      }
    }
  },
  { limit: 120_000 },
);

test(
  "task() throws a TargetError that says to give another name when two modules in one file register one name",
  async () => {
    const place = scratch();
    const library = JSON.stringify(new URL("../../mod.ts", import.meta.url).pathname);
    for (const name of ["ant", "bee"]) {
      const text = `export const { run } = task(import.meta, { run: () => "${name}" });`;
      mark(`${place}/${name}.ts`, `import { task } from ${library};\n${text}`);
    }
    mark(
      `${place}/main.ts`,
      `import * as ant from "./ant.ts"; import * as bee from "./bee.ts"; console.log(ant, bee);`,
    );
    await build(`${place}/main.ts`, `${place}/main`);
    const { code, stdout, stderr } = await runFile(`${place}/main`, []);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /TargetError: Cannot run run in another process: .* give one of them another name\n/);
  },
  { limit: 120_000 },
);

test("fork() throws an UnsupportedError in a compiled program, with or without freezeSupport()", async () => {
  const check = ([name, message]: string[]) => {
    assertEquals(name, "UnsupportedError");
    assertMatch(message!, /^Cannot fork: this program is compiled.*, start a Process$/);
  };
  for (const { fork } of await refusals()) check(fork!);
  await eachBare("bare", ({ told }) => check(told[3] as string[]));
}, { limit: 120_000 });

test("ProcessOptions.runtimeArgs make start() throw an UnsupportedError in a compiled program", async () => {
  for (const { runtimeArgs } of await refusals()) {
    const message = "Cannot start process: a compiled program has no arguments for the runtime, leave runtimeArgs out";
    assertEquals(runtimeArgs, ["UnsupportedError", message]);
  }
}, { limit: 120_000 });

test("ProcessOptions.permissions make start() throw an UnsupportedError in a program compiled for Deno", async () => {
  const ended = await runFile((await programs())[2]!, ["permissions"]);
  const message = "Cannot start process: a compiled program's children have its permissions, leave the option out";
  assertEquals(toldBy(ended, "stand-in").permissions, ["UnsupportedError", message]);
});

test("Process.start() throws a SpawnError that names the flag in a program compiled for Deno without the right to read the variable BROOD_BOOT", async () => {
  const path = `${folder}/unread`;
  standIn(PROGRAM, path, ["--allow-run", "--allow-net=127.0.0.1"]);
  const { code, stdout, stderr } = await runFile(path, ["plain"]);
  assertEquals([code, stdout], [1, "main\n"]);
  const act = "Cannot start process: the compiled program may not read BROOD_BOOT";
  assertStringIncludes(stderr, `SpawnError: ${act}, compile it with --allow-env=BROOD_BOOT`);
});

test("Process.start() needs --allow-run and --allow-env=BROOD_BOOT in a program compiled for Deno, and links --allow-net=127.0.0.1", async () => {
  const [few, more] = [`${folder}/few`, `${folder}/more`];
  const flags = ["--allow-run", "--allow-env=BROOD_BOOT"];
  standIn(PROGRAM, few, flags);
  standIn(PROGRAM, more, [...flags, "--allow-net=127.0.0.1"]);
  assertEquals(toldBy(await runFile(few, ["plain"]), "few").plain, 0);
  const { nested, large } = toldBy(await runFile(more, ["nested", "large"]), "more");
  assertEquals([nested, large], [[[0, [1, 4, 9]], 0], [1_500_000, 0]]);
});

noLeaks();
