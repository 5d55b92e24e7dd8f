import process from "node:process";
import { Pool, WorkerLostError } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { exitAt, exitWith, killAt, killOnSeven, killSelf } from "../_support/dying.ts";
import { remember, remembered } from "./_fixtures/settings.ts";
import { lines, note } from "../_support/scratch.ts";
import { hold, jot, pid, spin } from "../_support/waiting.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { children, isAlive, run } from "../_support/system.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Pool.apply() rejects with a WorkerLostError that has pid, exit code and task when the task exits", async () => {
  await using pool = new Pool(1);
  const before = await pool.apply(pid);
  const error = await assertRejects(() => pool.apply(exitWith, [3]), WorkerLostError, "exitWith");
  assertEquals([error.pid, error.exitCode, error.signal, error.task], [before, 3, null, "exitWith"]);
  assert(!isAlive(error.pid));
});

test("Pool.apply() rejects with a WorkerLostError also when the task exits with code 0", async () => {
  await using pool = new Pool(1);
  const error = await assertRejects(() => pool.apply(exitWith, [0]), WorkerLostError);
  assertEquals([error.exitCode, error.signal], [0, null]);
});

test("Pool.apply() rejects with a WorkerLostError that has exit code 1 when the task leaves a rejection unhandled, which is printed", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/rejects_aside.ts");
  assertEquals([code, stdout], [0, "WorkerLostError 1 null\n"]);
  assertStringIncludes(stderr, "left aside");
});

test("Pool.apply() rejects with a WorkerLostError that has the signal when the worker is killed", async () => {
  await using pool = new Pool(1);
  const before = await pool.apply(pid);
  const error = await assertRejects(() => pool.apply(killSelf), WorkerLostError);
  assertEquals([error.pid, error.exitCode, error.signal, error.task], [before, -9, "SIGKILL", "killSelf"]);
});

test("Pool.apply() rejects with a WorkerLostError when the worker is killed from outside, also in a synchronous loop", async () => {
  await using pool = new Pool(1);
  for (const signal of ["SIGKILL", "SIGHUP"] as const) {
    const begun = `${scratch()}/begun`;
    const result = pool.apply(spin, [begun]);
    result.catch(() => {});
    await until(() => lines(begun).length === 1, "the task has begun");
    process.kill(Number(lines(begun)[0]), signal);
    const error = await assertRejects(() => result, WorkerLostError);
    assertEquals([error.pid, error.signal], [Number(lines(begun)[0]), signal]);
  }
});

test("Pool.apply() runs the next task on a new worker after one was lost", async () => {
  await using pool = new Pool(1);
  const before = await pool.apply(pid);
  const lost = pool.apply(exitWith, [3]);
  const next = pool.apply(pid); // queued behind it already
  await assertRejects(() => lost, WorkerLostError);
  assertNotEquals(await next, before);
  assertEquals(await pool.apply(square, [3]), 9);
});

test("Pool.apply() replaces idle workers that were killed, and runs the next task", async () => {
  await using pool = new Pool(2);
  assertEquals(await pool.map(square, [1, 2]), [1, 4]);
  await until(() => children().length === 2, "there are two workers");
  const pids = children().map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(() => children().length === 2 && !pids.some(isAlive), "they are gone and replaced");
  assertEquals(await pool.apply(square, [3]), 9);
});

test("Pool.apply() runs the next task also when it comes before the death of an idle worker is known", async () => {
  await using pool = new Pool(1);
  process.kill(await pool.apply(pid), "SIGKILL");
  assertEquals(await pool.apply(square, [3]), 9);
});

test("Pool.apply() runs the initializer in a worker that replaces another", async () => {
  await using pool = new Pool(1, { initializer: remember, initargs: ["set"] });
  await assertRejects(() => pool.apply(exitWith, [1]), WorkerLostError);
  assertEquals(await pool.apply(remembered), ["set"]);
});

test("Pool.apply() loses none but the task that exits among 200 in flight", async () => {
  await using pool = new Pool(2);
  await pool.map(square, Array.from({ length: 1000 }, (_, n) => n), { chunksize: 1 });
  await loseOnly(pool, exitAt, 100, { exitCode: 3, signal: null });
});

test("Pool.apply() loses none but the task that is killed among 200 in flight", async () => {
  await using pool = new Pool(2);
  await pool.map(square, Array.from({ length: 1000 }, (_, n) => n), { chunksize: 1 });
  for (const bad of [0, 100, 199]) await loseOnly(pool, killAt, bad, { exitCode: -9, signal: "SIGKILL" });
});

async function loseOnly(
  pool: Pool,
  fn: (bad: number, n: number) => number,
  bad: number,
  end: { exitCode: number; signal: string | null },
): Promise<void> {
  const results = await Promise.allSettled(Array.from({ length: 200 }, (_, n) => pool.apply(fn, [bad, n])));
  results.forEach((result, n) => {
    if (n !== bad) return assertEquals(result, { status: "fulfilled", value: n * n });
    assert(result.status === "rejected" && result.reason instanceof WorkerLostError);
    const { exitCode, signal } = result.reason;
    assertEquals({ exitCode, signal }, end);
  });
}

test("Pool.apply() runs every task once although workers die", async () => {
  await using pool = new Pool(2);
  const path = `${scratch()}/jots`;
  const results = Array.from(
    { length: 200 },
    (_, n) => n % 50 === 7 ? pool.apply(killSelf) : pool.apply(jot, [path, n]),
  );
  const settled = await Promise.allSettled(results);
  const expected = Array.from({ length: 200 }, (_, n) => n).filter((n) => n % 50 !== 7);
  assertEquals(lines(path).map(Number).sort((a, b) => a - b), expected);
  assertEquals(settled.filter(({ status }) => status === "rejected").length, 4);
});

test("Pool.apply() goes on when every worker dies again and again", async () => {
  await using pool = new Pool(2);
  for (let round = 0; round < 5; round++) {
    const losses = await Promise.allSettled([pool.apply(killSelf), pool.apply(killSelf), pool.apply(exitWith, [1])]);
    for (const loss of losses) assert(loss.status === "rejected" && loss.reason instanceof WorkerLostError);
  }
  assertEquals(await pool.apply(square, [4]), 16);
});

test("Pool.map() rejects with the WorkerLostError after the other chunks have ended, and the next map is whole", async () => {
  await using pool = new Pool(2);
  const items = Array.from({ length: 20 }, (_, n) => n);
  await assertRejects(() => pool.map(killOnSeven, items, { chunksize: 2 }), WorkerLostError, "killOnSeven");
  assertEquals(await pool.map(square, items), items.map(square));
});

test("Pool.join() settles when a worker dies after close() and its task is lost", async () => {
  const pool = new Pool(2);
  const folder = scratch();
  const result = pool.applyAsync(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  pool.close();
  process.kill(Number(lines(`${folder}/begun`)[0]), "SIGKILL");
  await pool.join();
  await assertRejects(() => result.get(), WorkerLostError);
});

test("Pool.join() waits for tasks that a dead worker had not begun", async () => {
  const pool = new Pool(1);
  const lost = pool.applyAsync(killSelf);
  const results = Array.from({ length: 20 }, (_, n) => pool.applyAsync(square, [n]));
  pool.close();
  await pool.join();
  assert(results.every((result) => result.ready() && result.successful()));
  assert(!lost.successful());
});

test("Pool.broadcast() is called in the successor of a worker that is killed while it starts, each of several that wait for it", async () => {
  const [begun, gate] = [`${scratch()}/begun`, `${scratch()}/gate`];
  await using pool = new Pool(2, { initializer: hold, initargs: [begun, gate] });
  const calls = Array.from({ length: 3 }, () => pool.broadcast(pid));
  await until(() => lines(begun).length === 2, "two workers start");
  const victim = Number(lines(begun)[0]);
  process.kill(victim, "SIGKILL");
  await until(() => lines(begun).length === 3, "another one starts");
  note(gate, 0);
  const values = await Promise.all(calls);
  for (const pids of values) {
    assertEquals([new Set(pids).size, pids.includes(victim), pids.toSorted()], [2, false, values[0]!.toSorted()]);
  }
});

noLeaks();
