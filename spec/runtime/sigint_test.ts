import process from "node:process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { lines } from "../_support/scratch.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { groupOf } from "../_support/groups.ts";
import { children, isAlive, type Running, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Runs a program in a group of its own; whatever becomes of it, nothing of the group is left. */
async function grouped(program: string, args: string[], act: (running: Running) => Promise<void>): Promise<void> {
  const running = start(`runtime/_programs/${program}`, { args });
  try {
    await act(running);
  } finally {
    for (const pid of groupOf(running.pid)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}

/** It has ended by SIGINT in so many milliseconds, without a word, and nobody is left. */
async function assertInterrupted(running: Running, ms: number): Promise<void> {
  await until(() => !isAlive(running.pid), "the program has ended", ms);
  await until(() => groupOf(running.pid).length === 0, "the workers are gone", 1_000);
  const ended = await deadline(running.ended, 5_000, "the end of its output");
  assertEquals(ended, { code: null, signal: "SIGINT", stdout: "", stderr: "" });
}

interface Busy {
  what: "loop" | "sleep" | "ignore SIGTERM" | "nest loop" | "nest sleep";
  /** Processes that tell that they are busy. */
  busy?: number;
  options?: { killGrace?: number };
}

/** Runs a program with a busy pool, and acts when all its workers are. */
async function busy(
  { what, busy = 2, options = {} }: Busy,
  act: (running: Running, folder: Folder) => Promise<void>,
): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_pool.ts", [folder.path, what, JSON.stringify(options)], async (running) => {
    await until(() => lines(folder.at("begun")).length === busy, "the workers are busy");
    await act(running, folder);
  });
}

/** Milliseconds for the default grace time, and for two loaded cores. */
const SOON = 3_000;

async function groupAndAlone(what: Busy["what"]): Promise<void> {
  for (const toGroup of [true, false]) {
    await busy({ what }, async (running) => {
      process.kill(toGroup ? -running.pid : running.pid, "SIGINT");
      await assertInterrupted(running, SOON);
    });
  }
}

test("Pool whose tasks loop is ended quietly by one SIGINT to the group or to the program alone, and no worker is left", () =>
  groupAndAlone("loop"));

test("Pool whose tasks sleep is ended quietly by one SIGINT to the group or to the program alone, and no worker is left", () =>
  groupAndAlone("sleep"));

test("Pool whose tasks have pools of their own is ended quietly by one SIGINT, and no worker is left of any", async () => {
  for (const what of ["nest loop", "nest sleep"] as const) {
    await busy({ what, busy: 4 }, async (running) => {
      assertEquals(groupOf(running.pid).length, 7);
      process.kill(-running.pid, "SIGINT");
      await assertInterrupted(running, SOON);
    });
  }
});

test("Pool whose workers are starting is ended quietly by one SIGINT, and no worker is left", async () => {
  for (const count of [1, 2, 1, 2]) {
    using folder = new Folder();
    await grouped("interrupt_pool.ts", [folder.path, "sleep", "{}"], async (running) => {
      await until(() => children(running.pid).length >= count, "workers were started");
      process.kill(-running.pid, "SIGINT");
      await assertInterrupted(running, SOON);
    });
  }
});

test("Pool whose tasks ignore SIGTERM is ended quietly by one SIGINT within killGrace, and no worker is left", async () => {
  await busy({ what: "ignore SIGTERM", options: { killGrace: 300 } }, async (running, folder) => {
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running, SOON);
    assertEquals(lines(folder.at("asked")).length, 2);
  });
});

test("Pool whose workers are stopped is ended quietly by one SIGINT within killGrace, and no worker is left", async () => {
  await busy({ what: "sleep", options: { killGrace: 300 } }, async (running, folder) => {
    for (const pid of lines(folder.at("begun"))) process.kill(Number(pid), "SIGSTOP");
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running, SOON);
  });
});

test("Pool whose tasks ignore SIGTERM is ended at once by a second SIGINT during a long killGrace, and no worker is left", async () => {
  await busy({ what: "ignore SIGTERM", options: { killGrace: 60_000 } }, async (running, folder) => {
    process.kill(-running.pid, "SIGINT");
    await until(() => lines(folder.at("asked")).length === 2, "the workers were asked to end");
    assert(isAlive(running.pid));
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running, 1_000);
  });
});

test("Pool that is ended by SIGINT leaves no folder of sockets", async () => {
  const folders = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`brood-${pid}-`));
  await busy({ what: "loop" }, async (running) => {
    assertEquals(folders(running.pid).length, 1);
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running, SOON);
    assertEquals(folders(running.pid), []);
  });
});

// --- beside the program's own listener ---

/** A program that listens: what it says in the end. */
async function heard(how: string, when: "before" | "after", rounds = 1, rest = "close"): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_heard.ts", [folder.path, how, when, String(rounds), rest], async (running) => {
    for (let round = 1; round <= rounds; round++) {
      await until(() => lines(folder.at("ready")).length === round, "the workers are busy");
      process.kill(-running.pid, "SIGINT");
    }
    const { code, signal, stdout, stderr } = await deadline(running.ended, 10_000, "the end of the program");
    const said = [rest === "rest" ? "ClosedError\n" : "", "1000 terminated\n".repeat(rounds), `heard ${rounds}\n`];
    assertEquals({ code, signal, stdout, stderr }, { code: 7, signal: null, stdout: said.join(""), stderr: "" });
    assertEquals(groupOf(running.pid), []);
  });
}

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when it listens since before the pool was made", async () => {
  for (const how of ["native", "process"]) await heard(how, "before");
});

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when it listens since after the pool was made", async () => {
  for (const how of ["native", "process"]) await heard(how, "after");
});

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when its listener hears one SIGINT only", async () => {
  for (const when of ["before", "after"] as const) {
    for (const how of ["once", "itself"]) await heard(how, when);
  }
});

test("Pool that was made after a SIGINT that the program heard is stopped by the next", async () => {
  for (const how of ["native", "process"]) await heard(how, "before", 3);
});

test("Pool that was ended by a SIGINT that the program heard is terminated: apply() rejects with ClosedError, join() resolves", () =>
  heard("process", "before", 1, "rest"));

test("Pool is ended as without a listener when the program's own was removed", async () => {
  for (const when of ["before", "after"]) {
    using folder = new Folder();
    await grouped("interrupt_heard.ts", [folder.path, "removed", when, "1"], async (running) => {
      await until(() => folder.has("ready"), "the workers are busy");
      process.kill(-running.pid, "SIGINT");
      await assertInterrupted(running, SOON);
    });
  }
});

// --- nothing to stop ---

async function resting(state: string, how: "wait" | "loop"): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_idle.ts", [folder.path, state, how], async (running) => {
    await until(() => folder.has("ready"), "the pool has nothing to do");
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running, SOON);
  });
}

test("Pool that has nothing to do leaves SIGINT to end the program, and no worker is left", () =>
  resting("idle", "wait"));

test("Pool that has nothing to do leaves SIGINT to end a program that loops, and no worker is left", () =>
  resting("idle", "loop"));

test("Pool that was closed or terminated leaves SIGINT to end the program, also one that loops", async () => {
  for (const state of ["closed", "terminated"]) {
    for (const how of ["wait", "loop"] as const) await resting(state, how);
  }
});

// --- other children ---

/** A program with a child of a kind: the status of the child after SIGINT to both. */
async function statusOf(kind: "process" | "pool" | "fork", busy: number): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_children.ts", [folder.path, kind], async (running) => {
    await until(() => folder.has("ready") && lines(folder.at("begun")).length === busy, "the child runs");
    process.kill(-running.pid, "SIGINT");
    const ended = await deadline(running.ended, 10_000, "the end of the program");
    assertEquals(ended, { code: 0, signal: null, stdout: "2\n", stderr: "" });
    assertEquals(groupOf(running.pid), []);
  });
}

test("Process is ended by SIGINT to the group as any program", () => statusOf("process", 1));

test("Process that has a busy pool is ended quietly by SIGINT to the group, and no worker is left", () =>
  statusOf("pool", 2));

test("fork() makes children that are ended by SIGINT to the group as any program", () => statusOf("fork", 1));

noLeaks();
