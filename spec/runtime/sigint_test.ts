import process from "node:process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import {
  assertInterrupted,
  type Busy,
  busy,
  grouped,
  heard,
  nested,
  resting,
  unheard,
} from "./_fixtures/interrupted.ts";
import { lines } from "../_support/scratch.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { groupOf } from "../_support/groups.ts";
import { children, isAlive } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

async function groupAndAlone(what: Busy["what"]): Promise<void> {
  for (const toGroup of [true, false]) {
    await busy({ what }, async (running) => {
      process.kill(toGroup ? -running.pid : running.pid, "SIGINT");
      await assertInterrupted(running);
    });
  }
}

test("Pool whose tasks loop is ended quietly by one SIGINT to the group or to the program alone, and no worker is left", () =>
  groupAndAlone("loop"));

test("Pool whose tasks sleep is ended quietly by one SIGINT to the group or to the program alone, and no worker is left", () =>
  groupAndAlone("sleep"));

test("Pool whose tasks have pools of their own is ended quietly by one SIGINT, and no worker is left of any", async () => {
  await nested("nest loop");
});

test("Pool whose workers are starting is ended quietly by one SIGINT, and no worker is left", async () => {
  for (const count of [1, 2]) {
    using folder = new Folder();
    await grouped("interrupt_pool.ts", [folder.path, "sleep", "{}"], async (running) => {
      await until(() => children(running.pid).length >= count, "workers were started");
      process.kill(-running.pid, "SIGINT");
      await assertInterrupted(running);
    });
  }
});

test("Pool whose tasks ignore SIGTERM is ended quietly by one SIGINT within killGrace, and no worker is left", async () => {
  await busy({ what: "ignore SIGTERM", options: { killGrace: 300 } }, async (running, folder) => {
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
    assertEquals(lines(folder.at("asked")).length, 2);
  });
});

test("Pool whose workers are stopped is ended quietly by one SIGINT within killGrace, and no worker is left", async () => {
  await busy({ what: "sleep", options: { killGrace: 300 } }, async (running, folder) => {
    for (const pid of lines(folder.at("begun"))) process.kill(Number(pid), "SIGSTOP");
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
  });
});

test("Pool whose tasks ignore SIGTERM is ended at once by a second SIGINT during a long killGrace, and no worker is left", async () => {
  await busy({ what: "ignore SIGTERM", options: { killGrace: 60_000 } }, async (running, folder) => {
    process.kill(-running.pid, "SIGINT");
    await until(() => lines(folder.at("asked")).length === 2, "the workers were asked to end");
    assert(isAlive(running.pid));
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
  });
});

test("Pool that is ended by SIGINT leaves no folder of sockets", async () => {
  const folders = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`brood-${pid}-`));
  await busy({ what: "loop" }, async (running) => {
    assertEquals(folders(running.pid).length, 1);
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
    assertEquals(folders(running.pid), []);
  });
});

// --- beside the program's own listener ---

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when it listens since before the pool was made", async () => {
  await heard("native", "before");
});

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when it listens since after the pool was made", async () => {
  await heard("process", "after");
});

test("Pool rejects its tasks with PoolTerminatedError and the program goes on when its listener hears one SIGINT only", async () => {
  await heard("once", "before");
  await heard("itself", "after");
});

test("Pool that was made after a SIGINT that the program heard is stopped by the next", async () => {
  await heard("native", "before", 2);
});

test("Pool that was ended by a SIGINT that the program heard is terminated: apply() rejects with ClosedError, join() resolves", () =>
  heard("process", "before", 1, "rest"));

test("Pool is ended as without a listener when the program's own was removed", async () => {
  await unheard("after");
});

// --- nothing to stop ---

test("Pool that has nothing to do leaves SIGINT to end the program, and no worker is left", () =>
  resting("idle", "wait"));

test("Pool that has nothing to do leaves SIGINT to end a program that loops, and no worker is left", () =>
  resting("idle", "loop"));

test("Pool that was closed or terminated leaves SIGINT to end the program, also one that loops", async () => {
  await resting("closed", "loop");
  await resting("terminated", "wait");
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
