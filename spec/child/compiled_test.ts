import process from "node:process";
import { lines, mark, textOf } from "../_support/scratch.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { build, copyLibrary, runFile, standIn, startFile } from "../_support/compiled.ts";
import { scratch } from "../_support/folder.ts";
import { type Ended, isAlive, run, type Running, runtimes } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const folder = scratch();
const PROGRAM = "spec/child/_programs/compiled.ts";
const BARE = "spec/child/_programs/compiled_bare.ts";

/** One file each, and what stands for one. */
async function make(): Promise<{ programs: string[]; bare: string[] }> {
  const programs = ["whole", "minified", "standin"].map((name) => `${folder}/${name}`);
  const bare = ["bare", "bare_standin"].map((name) => `${folder}/${name}`);
  await Promise.all([build(PROGRAM, programs[0]!), build(BARE, bare[0]!)]);
  await build(PROGRAM, programs[1]!, ["--minify", "--keep-names", "spec/child/_fixtures/compiled_parts.ts"]);
  standIn(PROGRAM, programs[2]!);
  standIn(BARE, bare[1]!);
  return { programs, bare };
}

/** Everything that needs no setting of its own, told by one run of each program. */
const WORDS = ["process", "names", "pool", "shared", "nested", "large", "again", "wrong", "faults", "terminate"];

type Told = Record<string, unknown> & { stderr: string };

function toldBy({ stdout, stderr, ...end }: Ended, name: string): Told {
  assertEquals(end, { code: 0, signal: null }, `${name}: ${stderr}`);
  const [first, ...rest] = stdout.trim().split("\n");
  assertEquals(first, "main");
  return { ...Object.fromEntries(rest.map((line) => JSON.parse(line))), stderr };
}

let made: ReturnType<typeof make> | undefined;
let all: Promise<Told[]> | undefined;

function files(): ReturnType<typeof make> {
  return made ??= make();
}

/** What each program told, compiled or not. */
function told(): Promise<Told[]> {
  return all ??= (async () => {
    const { programs } = await files();
    const found: Told[] = [];
    for (const path of programs) found.push(toldBy(await runFile(path, [...WORDS, "refusals"]), path));
    for (const runtime of runtimes) {
      found.push(
        toldBy(await run("child/_programs/compiled.ts", { args: WORDS, runtime }), `not compiled, ${runtime}`),
      );
    }
    return found;
  })();
}

/** It told the same in each program. */
async function assertTold(word: string, expected: unknown): Promise<void> {
  for (const each of await told()) assertEquals(each[word], expected);
}

/** What the compiled ones refuse. */
async function refusals(): Promise<Record<string, [name: string, message: string]>[]> {
  return (await told()).slice(0, -runtimes.length).map(({ refusals }) => refusals as never);
}

test(
  "freezeSupport() lets a compiled program start processes, which know name and parent from the first line on, and have arguments and exit codes",
  async () => {
    await assertTold("process", {
      name: "ant",
      nameAtImport: "ant",
      parent: "MainProcess",
      isPpid: true,
      isAlone: true,
      options: { b: 2 },
      got: ["1", 0],
      kinds: ["process"],
      code: 0,
    });
  },
  { limit: 120_000 },
);

test("freezeSupport() never settles in a child: nothing that comes after it runs there", async () => {
  // What comes first there is told by the first process alone, and every line after it is of one that was asked for.
  for (const { stderr: _, refusals: __, ...each } of await told()) assertEquals(Object.keys(each), WORDS);
}, { limit: 120_000 });

test(
  "freezeSupport() lets children find exports of the main module, also those that it re-exports, its default and classes",
  async () => {
    for (const { names } of await told()) {
      const [square, double, byDefault, , , , ...greeter] = names as unknown[];
      assertEquals([square, double, byDefault, greeter], [[1, 4], [2, 4], "the default", ["good day from bee", 0]]);
    }
  },
  { limit: 120_000 },
);

test(
  "freezeSupport() lets children find what task() has registered in any module of the program, and run inline functions",
  async () => {
    for (const { names } of await told()) assertEquals((names as unknown[]).slice(3, 6), [[1, 8], [0.5, 1], 5]);
  },
  { limit: 120_000 },
);

test(
  "freezeSupport() serves a pool with an initializer: it maps, tasks fail, and workers that are lost are replaced",
  async () => {
    await assertTold("pool", {
      values: [101, 102, 103, 104, 105],
      error: ["RangeError", "asked to fail"],
      lost: "WorkerLostError",
      sum: 50 * 101,
      restarts: 1,
    });
  },
  { limit: 120_000 },
);

test("freezeSupport() serves locks, values, and managers with registered classes", async () => {
  await assertTold("shared", [40, 2, 5, 1]);
}, { limit: 120_000 });

test("freezeSupport() serves children of children", async () => {
  for (const { nested } of await told()) {
    const [[code, squares], own] = nested as [[number, number[]], number];
    assertEquals([code, squares, own], [0, [1, 4, 9], 0]);
  }
}, { limit: 120_000 });

test("freezeSupport() leaves room for arguments of megabytes", async () => {
  await assertTold("large", [1_500_000, 0]);
}, { limit: 120_000 });

test(
  "freezeSupport() leaves a child its exit code, the signal that ended it, or 1 after an error that nobody handles",
  async () => {
    await assertTold("faults", [7, -9, 1, 1, 1]);
    for (const { stderr } of await told()) {
      assertMatch(stderr, /^Process Process-\d+:\nRangeError: asked to fail\n/m);
      assertEquals(stderr.match(/RangeError: asked to fail/g)!.length, 3);
    }
  },
  { limit: 120_000 },
);

test("freezeSupport() leaves children to Process.terminate() and kill(), and workers to Pool.terminate()", async () => {
  await assertTold("terminate", [-15, -9, "PoolTerminatedError", true]);
}, { limit: 120_000 });

test(
  "freezeSupport() leaves daemons and workers no life after a compiled program that is killed, also in a synchronous loop",
  async () => {
    for (const path of (await files()).programs) {
      // With the tool that binds children to their parent, and without.
      for (const env of [{}, { PATH: "/nowhere" }]) {
        await busy(path, env, async (running, pids) => {
          running.kill("SIGKILL");
          await until(() => !pids.some(isAlive), `children of ${path} are gone`, 3_000);
        });
      }
    }
  },
  { limit: 120_000 },
);

test(
  "freezeSupport() leaves ^C as it is: a compiled program with a busy pool ends by it without a word, as do the workers",
  async () => {
    for (const path of (await files()).programs) {
      await busy(path, {}, async (running, pids) => {
        process.kill(-running.pid, "SIGINT");
        const { code, signal, stderr, stdout } = await running.ended;
        assertEquals([code, signal, stderr, stdout], [null, "SIGINT", "", "main\n"]);
        await until(() => !pids.some(isAlive), `children of ${path} are gone`, 3_000);
      });
    }
  },
  { limit: 120_000 },
);

/** Acts on a program with a daemon and a worker in a loop, and leaves nothing of it. */
async function busy(
  path: string,
  env: Record<string, string>,
  act: (running: Running, pids: number[]) => Promise<void>,
): Promise<void> {
  const place = scratch();
  const running = startFile(path, [`busy:${place}`], env);
  const pids = () => lines(`${place}/begun`).map(Number);
  try {
    await until(() => pids().length === 2 && textOf(`${place}/daemon`) !== "", `children of ${path} are busy`);
    assert(pids().includes(Number(textOf(`${place}/daemon`))));
    await act(running, pids());
  } finally {
    for (const pid of [running.pid, ...pids()].filter(isAlive)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}

test("freezeSupport() does nothing when it is called again, in the program or in a child", async () => {
  await assertTold("again", ["went on", 0]);
}, { limit: 120_000 });

test("freezeSupport() does nothing in a program that is not compiled, and in its children", async () => {
  const { stderr: _, ...others } = (await told()).at(-1)!;
  const { stderr: __, refusals: ___, ...compiled } = (await told())[0]!;
  assertEquals(others, compiled);
}, { limit: 120_000 });

test("freezeSupport() rejects with a TypeError when it is given what is no namespace, compiled or not", async () => {
  for (const { wrong } of await told()) {
    assertEquals((wrong as unknown[]).length, 7);
    for (const [name, message] of wrong as string[][]) {
      assertEquals(name, "TypeError");
      assertStringIncludes(
        message!,
        'self is not a namespace, pass that of the main module: import * as self from "./',
      );
    }
  }
}, { limit: 120_000 });

interface Bare extends Ended {
  told: unknown[];
  /** Processes that have begun. */
  starts: number;
}

/** Runs the program that does not call it as it must, by each binary. */
async function eachBare(how: string, act: (bare: Bare) => void): Promise<void> {
  for (const path of (await files()).bare) {
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
  const ended = await runFile((await files()).programs[2]!, ["permissions"]);
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
