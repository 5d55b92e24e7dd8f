import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { groupOf } from "../_support/groups.ts";
import { lines, textOf } from "../_support/scratch.ts";
import {
  type Ended,
  hasPermissions,
  isAlive,
  type ProgramOptions,
  run,
  type Running,
  start,
} from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const PRELOAD = fileURLToPath(new URL("../_support/without.ts", import.meta.url));

/** Every capability whose absence is specified. */
const CAPABILITIES = [
  "journals",
  "memory",
  "parentGuard",
  "interrupts",
  "muting",
  "residentBytes",
  "collectGarbage",
  "oomKills",
  "socketTurn",
  "recordRefusals",
  "checkDescriptors",
  "forgetFailedModules",
];

/** How a program runs on a runtime that lacks capabilities. */
function lacking(
  capabilities: readonly string[],
  args: readonly string[],
  options: ProgramOptions = {},
): ProgramOptions {
  const env = { ...options.env, SPEC_WITHOUT: capabilities.join() };
  return { ...options, args, env, runtimeArgs: ["--preload", PRELOAD] };
}

/** What a program said in JSON, line by line; it ended well and complained of nothing. */
// deno-lint-ignore no-explicit-any
async function said(program: string, capabilities: readonly string[], ...args: string[]): Promise<any[]> {
  const { code, stdout, stderr } = await run(`runtime/_programs/${program}.ts`, lacking(capabilities, args));
  assertEquals([code, stderr], [0, ""], stdout + stderr);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Runs a program in a group of its own; whatever becomes of it, nothing of the group is left. */
async function grouped(running: Running, act: () => Promise<void>): Promise<Ended> {
  try {
    await act();
    await until(() => groupOf(running.pid).length === 0, "the group is gone", 5_000);
    return await running.ended;
  } finally {
    for (const pid of groupOf(running.pid)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}

test("Pool, Process, Queue, Lock, Condition, Barrier, Value, SharedArray, Pipe and Manager give the same when all capabilities are absent", async () => {
  const whole = await said("absent_values", []);
  assertEquals(whole.length, 8);
  assertEquals(await said("absent_values", CAPABILITIES), whole);
});

test("fork() makes a child that does the same when all capabilities but Muting are absent", async () => {
  const lines = await said("absent_fork", CAPABILITIES.filter((name) => name !== "muting"), PRELOAD);
  assertEquals(lines.map(String).sort(), ["child's status,0", "child,2,4", "parent,2,4"]);
});

test("Pool without Journals loses only the task that its worker had begun when that is killed, and runs those behind it", async () => {
  using folder = new Folder();
  const [[lost, values, ran]] = await said("absent_journals", ["journals"], "lose", folder.path);
  assertEquals([lost, values], [["WorkerLostError", "spin"], 220]);
  assertEquals(ran, Array.from({ length: 220 }, (_, n) => n));
});

test("Pool without Journals runs each task behind one in a synchronous loop once, at the latest when that has ended", async () => {
  using folder = new Folder();
  const [[looped, ran]] = await said("absent_journals", ["journals"], "loop", folder.path);
  assertEquals(looped, "looped");
  assertEquals(ran, Array.from({ length: 500 }, (_, n) => n));
});

test("Queue without Journals has all that a process put before it was killed, in order, and passes on what another had not taken", async () => {
  using folder = new Folder();
  const [[taken, rest, left]] = await said("absent_journals", ["journals"], "queue", folder.path);
  assertEquals([...taken, ...rest], Array.from({ length: 300 }, (_, n) => n));
  assertEquals(left, 0);
});

test("SharedMemory.create() and open() throw an UnsupportedError that names the runtime and the remedy without Memory, which is a SharedArray where the adapter names none", async () => {
  const [[...refused]] = await said("absent_refusals", ["memory"], "create", "open");
  for (const [name, message, feature] of refused.slice(0, 2)) {
    assertEquals([name, feature], ["UnsupportedError", "shared memory"]);
    assertMatch(message, /^Cannot share memory: \w+ may not do that here, \w+ .+$/);
  }
  const [[[name, message]]] = await said("absent_refusals", ["memory", "memoryRemedy"], "create");
  assertEquals(name, "UnsupportedError");
  assertMatch(message, /^Cannot share memory: \w+ may not do that here, use a SharedArray$/);
});

test("Pool and Queue without Memory carry large arrays as with it", async () => {
  const [[...sizes]] = await said("absent_memory", ["memory"]);
  assertEquals(sizes.slice(0, 3), [1_000_000, 0.5, 1_000_000]);
});

/** A daemon whose parent is killed, on a system that does not bind children. */
async function bereft(target: "idle" | "loop", act: (folder: Folder, daemon: number) => Promise<void>): Promise<void> {
  using folder = new Folder();
  const options = lacking(["parentGuard"], [target, folder.path], { env: { PATH: "/nowhere" } });
  const parent = start("runtime/_programs/absent_guard.ts", options);
  await until(() => textOf(folder.at("ready")) !== "", "the daemon runs");
  const daemon = Number(textOf(folder.at("ready")));
  parent.kill("SIGKILL");
  await until(() => !isAlive(parent.pid), "the parent is gone");
  try {
    await act(folder, daemon);
    await until(() => !isAlive(daemon), "the daemon is gone", 1_000);
  } finally {
    if (isAlive(daemon)) process.kill(daemon, "SIGKILL");
    await parent.ended;
  }
}

test("Process that is a daemon, without ParentGuard, ends within a second of its parent when its event loop turns", async () => {
  await bereft("idle", async () => {});
});

test("Process that is a daemon in a synchronous loop, without ParentGuard and on a system that does not bind children, outlives its parent until the loop has ended", async () => {
  await bereft("loop", async (folder) => {
    await until(() => folder.has("survived"), "its loop has ended");
  });
});

test("Pool without Interrupts is ended by a SIGINT to the group as any program, without a word, and no worker is left", async () => {
  for (const what of ["loop", "sleep"]) {
    using folder = new Folder();
    const running = start("runtime/_programs/interrupt_pool.ts", lacking(["interrupts"], [folder.path, what, "{}"]));
    const ended = await grouped(running, async () => {
      await until(() => lines(folder.at("begun")).length === 2, "the workers are busy");
      process.kill(-running.pid, "SIGINT");
    });
    assertEquals(ended, { code: null, signal: "SIGINT", stdout: "", stderr: "" });
  }
});

test("Pool without Interrupts is ended by a SIGINT to the program alone, and no worker is left", async () => {
  for (const what of ["loop", "sleep"]) {
    using folder = new Folder();
    const running = start("runtime/_programs/interrupt_pool.ts", lacking(["interrupts"], [folder.path, what, "{}"]));
    const { code, signal } = await grouped(running, async () => {
      await until(() => lines(folder.at("begun")).length === 2, "the workers are busy");
      process.kill(running.pid, "SIGINT");
    });
    assertEquals([code, signal], [null, "SIGINT"]);
  }
});

/** What a program that hears the signal says after one to its group. */
async function heard(what: "pool" | "manager", signal: NodeJS.Signals): Promise<unknown> {
  using folder = new Folder();
  const running = start("runtime/_programs/absent_group.ts", lacking(["interrupts"], [folder.path, what]));
  const { code, stdout, stderr } = await grouped(running, async () => {
    await until(() => folder.has("ready"), "it waits");
    process.kill(-running.pid, signal);
  });
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

test("Pool without Interrupts rejects tasks with a WorkerLostError when a signal to the group ends its workers and the program hears it, and goes on with others", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    assertEquals(await heard("pool", signal), [["WorkerLostError", signal], 9]);
  }
});

test("Pool.terminate() without Interrupts ends a task in a synchronous loop at once, and gives one that listens for SIGTERM killGrace milliseconds", async () => {
  using folder = new Folder();
  const ended = await said("absent_terminate", ["interrupts"], folder.path);
  assertEquals(ended, [["PoolTerminatedError", "PoolTerminatedError", 1]]);
});

test("Manager without Interrupts ends by a signal to the group, and calls of its objects reject with a ConnectError", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    assertEquals(await heard("manager", signal), ["ConnectError", null]);
  }
});

test("fork() without Muting throws an UnsupportedError that says to start a Process, and makes no child", async () => {
  const [[[name, message, feature], children]] = await said("absent_refusals", ["muting"], "fork");
  assertEquals([name, feature, children], ["UnsupportedError", "fork()", 0]);
  assertMatch(message, /^Cannot fork: this runtime cannot silence a child .*, start a Process$/);
});

test("PoolOptions.maxMemoryPerChild throws an UnsupportedError without residentBytes()", async () => {
  const [[[name, message, feature]]] = await said("absent_refusals", ["residentBytes"], "maxMemoryPerChild");
  assertEquals([name, feature], ["UnsupportedError", "maxMemoryPerChild"]);
  assertMatch(message, /^Cannot make pool: .*, leave maxMemoryPerChild out$/);
});

test("Pool.stats() has null for the bytes that a worker occupies without residentBytes(), however much it has worked", async () => {
  const [[, , , resident]] = await said("absent_memory", ["residentBytes"]);
  assertEquals(resident, [null]);
  const [[, , , known]] = await said("absent_memory", []);
  assert(known[0] > 2 ** 20, `${known}`);
});

test("WorkerLostError says that the worker was possibly out of memory when a SIGKILL has ended it, without oomKills()", async () => {
  const [[, , , , [name, message]]] = await said("absent_memory", ["oomKills"]);
  assertEquals(name, "WorkerLostError");
  assertMatch(message, /^Cannot finish task killSelf: its worker, .* was killed by SIGKILL, possibly out of memory$/);
});

test("fork() whose child is refused a permission before the fork says snapshot() as the remedy, and names no permission, without recordRefusals()", async () => {
  using folder = new Folder();
  folder.write("there", "text");
  const fork = JSON.stringify({ runtimeArgs: ["--preload", PRELOAD] });
  const flags = ["--allow-run", "--allow-env", `--allow-read=${folder.path}`];
  const options = lacking(["recordRefusals"], [folder.path, fork], { flags });
  const { stdout, stderr } = await run("replay/_programs/reads.ts", options);
  if (!hasPermissions) return assertEquals([stdout.split("\n").sort(), stderr], [["", '"text"', "[0]"], ""]);
  assertEquals(stdout, "[1]\n");
  assertStringIncludes(stderr, "inside snapshot()");
  assert(!stderr.includes("permissions:"), stderr);
});

noLeaks();
