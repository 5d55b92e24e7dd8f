import process from "node:process";
import { Pool } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { groupOf } from "../_support/groups.ts";
import { lines } from "../_support/scratch.ts";
import { isAlive, type Running, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { hold, spin } from "../_support/waiting.ts";
import { square } from "../_support/arithmetic.ts";
import { ignoreTerm } from "../pool/_fixtures/fault_deaf.ts";
import { spinUntil } from "../pool/_fixtures/fault_ways.ts";

/** Runs `drain.ts` in a group of its own, and acts when so many of its children have begun. */
async function draining(how: string, act: (running: Running) => Promise<void>): Promise<void> {
  using folder = new Folder();
  const running = start("runtime/_programs/drain.ts", { args: [folder.path, how] });
  try {
    await until(() => lines(folder.at("begun")).length >= 2, "the children are busy");
    if (how !== "process") await until(() => lines(folder.at("ready")).length === 1, "the program listens");
    await act(running);
  } finally {
    for (const pid of groupOf(running.pid)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}

test("Pool finishes its tasks, sleeping or in a synchronous loop, when the program hears a SIGTERM to the group", async () => {
  for (const how of ["sleep", "loop"]) {
    await draining(how, async (running) => {
      process.kill(-running.pid, "SIGTERM");
      const { code, stdout, stderr } = await running.ended;
      assertEquals([how, code, stdout, stderr], [how, 0, "5\n", ""]);
    });
  }
});

test("Pool workers do nothing at SIGTERM, idle, sleeping or in a synchronous loop, and serve on", async () => {
  using folder = new Folder();
  await using pool = new Pool(2);
  await pool.map(square, [1, 2]);
  const idle = () => pool.stats().workers.filter(({ state }) => state === "idle");
  await until(() => idle().length === 2, "both workers are ready");
  const pids = idle().map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, "SIGTERM");
  const sleeping = pool.applyAsync(hold, [folder.at("begun"), folder.at("gate")]);
  const looping = pool.applyAsync(spin, [folder.at("loops")]);
  looping.get().catch(() => {});
  await until(() => lines(folder.at("begun")).length + lines(folder.at("loops")).length === 2, "both are busy");
  for (const pid of pids) process.kill(pid, "SIGTERM");
  folder.write("gate", "");
  assert(pids.includes(await sleeping.get()));
  assertEquals(pids.filter(isAlive), pids);
  await pool.terminate();
});

test("Pool workers are gone within a second when SIGTERM to the group ends a program that does not listen", async () => {
  await draining("deaf", async (running) => {
    process.kill(-running.pid, "SIGTERM");
    await until(() => !isAlive(running.pid), "the program has ended");
    await until(() => groupOf(running.pid).length === 0, "the workers and the manager are gone", 1_000);
  });
});

test("Pool.terminate() gives a task killGrace milliseconds that began to listen for SIGTERM while the program was busy", async () => {
  using folder = new Folder();
  const pool = new Pool(1, { killGrace: 3_000 });
  const ended = pool.apply(ignoreTerm, [folder.at("listens"), folder.at("asked")]);
  await until(() => pool.stats().workers[0]?.state === "busy", "the worker has the task");
  spinUntil(() => lines(folder.at("listens")).length === 1, 20, "the task listens");
  await Promise.all([pool.terminate(), assertRejects(() => ended)]);
  assertEquals(lines(folder.at("asked")).length, 1);
});

test("Pool.terminate() ends a task in a synchronous loop at once, and gives one that listens for SIGTERM killGrace milliseconds", async () => {
  using folder = new Folder();
  const forEver = 2 ** 30;
  const looping = new Pool(1, { killGrace: forEver });
  const lost = looping.apply(spin, [folder.at("begun")]);
  await until(() => lines(folder.at("begun")).length === 1, "the task has begun");
  await Promise.all([looping.terminate(), assertRejects(() => lost)]); // without end, were there a grace time
  const listening = new Pool(1, { killGrace: 3_000 });
  const ended = listening.apply(ignoreTerm, [folder.at("listens"), folder.at("asked")]);
  await until(() => lines(folder.at("listens")).length === 1, "the task listens");
  await Promise.all([listening.terminate(), assertRejects(() => ended)]);
  assertEquals(lines(folder.at("asked")).length, 1);
});

test("Manager serves a program that hears a SIGTERM to the group until the program shuts it down", async () => {
  await draining("sleep", async (running) => {
    process.kill(-running.pid, "SIGTERM");
    const { code, stdout } = await running.ended;
    assertEquals([code, stdout], [0, "5\n"]);
  });
});

test("Process is ended by SIGTERM to the group unless it listens", async () => {
  await draining("process", async (running) => {
    process.kill(-running.pid, "SIGTERM");
    const { code, stdout } = await running.ended;
    assertEquals([code, stdout], [0, "-15 7\n"]);
  });
});

noLeaks();
