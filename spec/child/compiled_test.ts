import process from "node:process";
import { lines, textOf } from "../_support/scratch.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { runFile, startFile } from "../_support/compiled.ts";
import { scratch } from "../_support/folder.ts";
import { isAlive, run, type Running, runtimes } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { PROGRAM, programs, type Told, toldBy, WORDS } from "./_fixtures/compiled_files.ts";

let all: Promise<Told[]> | undefined;

/** What each program told, compiled or not. */
function told(): Promise<Told[]> {
  return all ??= (async () => {
    const found: Told[] = [];
    for (const path of await programs()) found.push(toldBy(await runFile(path, WORDS), path));
    for (const runtime of runtimes) {
      const ended = await run(PROGRAM.replace("spec/", ""), { args: WORDS, runtime, limit: 80_000 });
      found.push(toldBy(ended, `not compiled, ${runtime}`));
    }
    return found;
  })();
}

/** One program of each runtime. */
async function kinds(): Promise<string[]> {
  const [whole, , standIn] = await programs();
  return [whole!, standIn!];
}

/** It told the same in each program. */
async function assertTold(word: string, expected: unknown): Promise<void> {
  for (const each of await told()) assertEquals(each[word], expected);
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
  for (const { stderr: _, ...each } of await told()) assertEquals(Object.keys(each), WORDS);
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
    for (const path of await kinds()) {
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
    for (const path of await kinds()) {
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
  const { stderr: __, ...compiled } = (await told())[0]!;
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

noLeaks();
