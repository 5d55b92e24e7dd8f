import { readFileSync } from "node:fs";
import { Pool, PoolTerminatedError } from "../../mod.ts";
import { WorkerLostError } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { exitWith } from "../_support/dying.ts";
import { failAtThree, failNoted, grow } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { hold, pid, sleep } from "../_support/waiting.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { idle, states } from "./_fixtures/worker_states.ts";

/** Two tasks for each of two workers: one each runs, one each waits. */
function busy(pool: Pool, folder: string): Promise<number>[] {
  return numbers(4).map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
}

const NOTHING = { completed: 0, failed: 0, lost: 0, restarts: 0 };

test("Pool.stats() tells at once of tasks that wait, before there is a worker", async () => {
  await using pool = new Pool(2);
  assertEquals(pool.stats(), { workers: [], queued: 0, running: 0, ...NOTHING });
  const results = [1, 2, 3].map((n) => pool.apply(square, [n]));
  assertEquals(pool.stats(), { workers: [], queued: 3, running: 0, ...NOTHING });
  await Promise.all(results);
});

test("Pool.stats() has the workers in the order of their start, with pid and state, while they start and when they are idle", async () => {
  await using pool = new Pool(3);
  await until(() => pool.stats().workers.length === 3, "there are three workers");
  const { workers } = pool.stats();
  assertEquals(workers, workers.map(({ pid }) => ({ pid, state: "starting", tasks: 0, resident: null })));
  assertEquals(workers.map(({ pid }) => pid).sort(), children().map(({ pid }) => pid).sort());
  await idle(pool, 3);
  assertEquals(pool.stats().workers, workers.map((worker) => ({ ...worker, state: "idle" })));
});

test("Pool.stats() says which workers are busy, and counts the tasks that run and those that wait", async () => {
  await using pool = new Pool(2);
  await idle(pool, 2);
  const folder = scratch();
  const results = busy(pool, folder);
  await until(() => lines(`${folder}/begun`).length === 2, "two tasks have begun");
  const { queued, running } = pool.stats();
  assertEquals([queued, running, states(pool)], [2, 2, ["busy", "busy"]]);
  mark(`${folder}/gate`);
  await Promise.all(results);
  assertEquals([pool.stats().queued, pool.stats().running, pool.stats().completed], [0, 0, 4]);
  await idle(pool, 2);
});

test("Pool.stats() says that a worker is leaving when it runs the last task that it gets", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 1 });
  const folder = scratch();
  const last = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => states(pool).join() === "leaving,idle", "its replacement is ready");
  mark(`${folder}/gate`);
  await last;
  await idle(pool, 1);
});

test("Pool.stats() counts the tasks that came back from each worker", async () => {
  await using pool = new Pool(2);
  await idle(pool, 2);
  const pids = await Promise.all(numbers(20).map(() => pool.apply(pid)));
  for (const worker of pool.stats().workers) {
    assertEquals(worker.tasks, pids.filter((pid) => pid === worker.pid).length);
  }
});

test("Pool.stats() has the bytes that a worker occupies once it has worked, and null before", async () => {
  await using pool = new Pool(1);
  await idle(pool, 1);
  assertEquals(pool.stats().workers[0]!.resident, null);
  const worker = await pool.apply(grow, [150]);
  await until(() => (pool.stats().workers[0]!.resident ?? 0) > 150 * 2 ** 20, "the worker has told its size");
  const resident = pool.stats().workers[0]!.resident!;
  const actual = 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${worker}/status`, "utf8"))![1]);
  assert(resident > 0.7 * actual && resident < 1.4 * actual, `${resident} bytes instead of ${actual}`);
});

test("Pool.stats() counts tasks that completed, failed and were lost", async () => {
  await using pool = new Pool(1);
  await pool.apply(square, [3]);
  await assertRejects(() => pool.apply(failNoted, [`${scratch()}/pids`]), RangeError);
  await assertRejects(() => pool.apply(exitWith, [3]), WorkerLostError);
  const { completed, failed, lost, restarts } = pool.stats();
  assertEquals({ completed, failed, lost, restarts }, { completed: 1, failed: 2, lost: 1, restarts: 1 });
});

test("Pool.stats() counts tasks that were cancelled or timed out as failed, and tasks of a terminated pool", async () => {
  const pool = new Pool(1, { killGrace: 50 });
  await pool.apply(pid);
  const cancelled = pool.applyAsync(sleep, [60_000]);
  cancelled.cancel();
  await assertRejects(() => pool.apply(sleep, [60_000], { timeout: 20 }));
  const ended = [pool.applyAsync(sleep, [60_000]), pool.applyAsync(sleep, [60_000])];
  await pool.terminate();
  for (const result of ended) await assertRejects(() => result.get(), PoolTerminatedError);
  const { completed, failed, lost } = pool.stats();
  assertEquals({ completed, failed, lost }, { completed: 1, failed: 4, lost: 0 });
});

test("Pool.stats() counts a task that was cancelled no more among those that wait", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const holding = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  const waiting = numbers(5).map((n) => pool.applyAsync(square, [n]));
  await until(() => pool.stats().queued === 5, "five tasks wait");
  for (const result of waiting.slice(1)) result.cancel();
  await until(() => pool.stats().failed === 4, "four are cancelled");
  const { queued, running } = pool.stats();
  mark(`${folder}/gate`);
  await holding;
  assertEquals([queued, running], [1, 1]);
});

test("Pool.stats() counts a chunk of a map as one task", async () => {
  await using pool = new Pool(2);
  await pool.map(square, numbers(100), { chunksize: 30 });
  await assertRejects(() => pool.map(failAtThree, numbers(6), { chunksize: 2 }), RangeError);
  assertEquals([pool.stats().completed, pool.stats().failed], [4 + 2, 1]);
  assertEquals(pool.stats().workers.reduce((sum, { tasks }) => sum + tasks, 0), 7);
});

test("Pool.stats() counts a worker that was lost or recycled among restarts, and none that left with its pool", async () => {
  const pool = new Pool(1, { maxTasksPerChild: 2 });
  await assertRejects(() => pool.apply(exitWith, [3]), WorkerLostError);
  await pool.apply(pid);
  await pool.apply(pid);
  await until(() => pool.stats().restarts === 2, "one was lost and one was recycled");
  await idle(pool, 1);
  pool.close();
  await pool.join();
  assertEquals(pool.stats().restarts, 2);
});

test("Pool.stats() tells what was done, and of no workers, when the pool has ended", async () => {
  const pool = new Pool(2);
  await pool.map(square, numbers(10), { chunksize: 1 });
  pool.close();
  await pool.join();
  assertEquals(pool.stats(), { workers: [], queued: 0, running: 0, ...NOTHING, completed: 10 });
});

test("Pool.stats() gives another object each time", async () => {
  await using pool = new Pool(1);
  await idle(pool, 1);
  const before = pool.stats();
  await pool.apply(square, [3]);
  assertEquals([before.completed, before.workers[0]!.tasks], [0, 0]);
  assertEquals([pool.stats().completed, pool.stats().workers[0]!.tasks], [1, 1]);
});

noLeaks();
