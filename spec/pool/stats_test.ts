import { readFileSync } from "node:fs";
import { type AsyncResult, BrokenPoolError, ClosedError, Pool, PoolTerminatedError } from "../../mod.ts";
import { SerializationError, TargetError, WorkerLostError } from "../../mod.ts";
import { add, identity, square } from "../_support/arithmetic.ts";
import { exitWith } from "../_support/dying.ts";
import { dieIn, failAtThree, failIn, failNoted, grow } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { refuseStart } from "./_fixtures/settings.ts";
import { hold, jot, pid, sleep } from "../_support/waiting.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function states(pool: Pool): string[] {
  return pool.stats().workers.map(({ state }) => state);
}

/** Waits until a pool has so many workers and all are idle. */
async function idle(pool: Pool, size: number): Promise<void> {
  await until(() => states(pool).join() === Array(size).fill("idle").join(), "all workers are idle");
}

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

test("Pool.broadcast() calls once in every worker and gives the values in the order of stats()", async () => {
  await using pool = new Pool(3);
  await idle(pool, 3);
  const path = `${scratch()}/jots`;
  const pids = await pool.broadcast(jot, [path, "once"]);
  assertEquals(pids, pool.stats().workers.map(({ pid }) => pid));
  assertEquals(new Set(pids).size, 3);
  assertEquals(lines(path), ["once", "once", "once"]);
});

test("Pool.broadcast() called at once waits for the workers that start", async () => {
  await using pool = new Pool(2);
  const pids = await pool.broadcast(pid);
  assertEquals(pids, pool.stats().workers.map(({ pid }) => pid));
  assertEquals(new Set(pids).size, 2);
});

test("Pool.broadcast() passes its arguments, copied at the call", async () => {
  await using pool = new Pool(2);
  assertEquals(await pool.broadcast(add, [1, 2, { plus: 3 }]), [6, 6]);
  const list = [1];
  const values = pool.broadcast(identity, [list]);
  list.push(2);
  assertEquals(await values, [[1], [1]]);
});

test("Pool.broadcast() comes in each worker after what that was sent before, and before what waits", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const holding = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  const waiting = [1, 2, 3].map((n) => pool.apply(jot, [`${folder}/jots`, n]));
  const told = pool.broadcast(jot, [`${folder}/jots`, "all"]);
  assertEquals(await Promise.race([told, delay(50)]), undefined);
  mark(`${folder}/gate`);
  await Promise.all([holding, told, ...waiting]);
  assertEquals(lines(`${folder}/jots`), ["all", "1", "2", "3"]);
});

test("Pool.broadcast() serves several at once in their order", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const all = numbers(20).map((n) => pool.broadcast(jot, [`${folder}/jots`, n]));
  for (const pids of await Promise.all(all)) assertEquals(pids, await all[0]);
  assertEquals(lines(`${folder}/jots`).map(Number).sort((a, b) => a - b), numbers(20).flatMap((n) => [n, n]));
  assertEquals(pool.stats().completed, 40);
});

test("Pool.broadcast() rejects with the error of the first worker that fails, after all have ended", async () => {
  await using pool = new Pool(3);
  const pids = await pool.broadcast(pid);
  const path = `${scratch()}/pids`;
  await assertRejects(() => pool.broadcast(failIn, [path, [pids[2]!, pids[1]!]]), RangeError, `${pids[1]}`);
  assertEquals(lines(path).map(Number).sort(), pids.toSorted());
  assertEquals(await pool.broadcast(pid), pids);
});

test("Pool.broadcast() rejects with a WorkerLostError when a worker dies, and the pool goes on", async () => {
  await using pool = new Pool(2);
  const pids = await pool.broadcast(pid);
  const error = await assertRejects(() => pool.broadcast(dieIn, [[pids[1]!]]), WorkerLostError, "dieIn");
  assertEquals([error.pid, error.exitCode, error.task], [pids[1], 7, "dieIn"]);
  const next = await pool.broadcast(pid);
  assert(next.length <= 2 && next[0] === pids[0] && !next.includes(pids[1]!));
  assertEquals(pool.stats().lost, 1);
});

test('Pool.broadcast() is not tried again when onWorkerLost is "retry"', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry" });
  const pids = await pool.broadcast(pid);
  await assertRejects(() => pool.broadcast(dieIn, [pids]), WorkerLostError, "dieIn");
  assertNotEquals(await pool.apply(pid), pids[0]);
});

test("Pool.broadcast() rejects with a BrokenPoolError when workers cannot be initialized", async () => {
  await using pool = new Pool(1, { initializer: refuseStart, initargs: [`${scratch()}/starts`], maxRestarts: 0 });
  const error = await assertRejects(() => pool.broadcast(pid), BrokenPoolError);
  assertEquals((error.cause as Error).message, "start 1 refused");
});

test("Pool.broadcast() rejects with a PoolTerminatedError when the pool is terminated", async () => {
  const pool = new Pool(2);
  const early = pool.broadcast(sleep, [60_000]);
  early.catch(() => {});
  await pool.terminate();
  await assertRejects(() => early, PoolTerminatedError, "sleep");
});

test("Pool.broadcast() rejects with a ClosedError when the pool is closed or terminated before", async () => {
  await using pool = new Pool(1);
  pool.close();
  await assertRejects(() => pool.broadcast(pid), ClosedError, "Cannot broadcast: pool is closed");
  await pool.terminate();
  await assertRejects(() => pool.broadcast(pid), ClosedError, "Cannot broadcast: pool is terminated");
});

test("Pool.broadcast() rejects with a TypeError, TargetError or SerializationError when its arguments are wrong", async () => {
  await using pool = new Pool(1);
  await assertRejects(() => pool.broadcast(square, 3 as never), TypeError, "args is not an array");
  await assertRejects(() => pool.broadcast(() => pool), TargetError);
  const error = await assertRejects(() => pool.broadcast(identity, [{ no: () => 1 }]), SerializationError);
  assertEquals(error.path, "args[0].no");
  assertEquals(await pool.broadcast(square, [3]), [9]);
});

test("Pool.broadcast() calls the workers that an elastic pool has, and gives the empty list when there are none", async () => {
  await using pool = new Pool(2, { minProcesses: 0 });
  assertEquals(await pool.broadcast(pid), []);
  const first = await pool.apply(pid);
  assertEquals(await pool.broadcast(pid), [first]);
});

test("Pool.broadcast() is done when the pool is closed after it while workers start", async () => {
  const pool = new Pool(2);
  await until(() => pool.stats().workers.length === 2, "two workers start");
  const values = pool.broadcast(square, [3]);
  pool.close();
  assertEquals(await values, [9, 9]);
  await pool.join();
});

test("Pool.broadcast() keeps the program alive until it is done, also while workers start", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/limit_broadcast.ts");
  assertEquals([code, stdout, stderr], [0, "2\n", ""]);
});

test("Pool.broadcast() counts among the tasks that wait while workers start", async () => {
  await using pool = new Pool(2);
  await until(() => pool.stats().workers.length === 2, "two workers start");
  const values = pool.broadcast(square, [3]);
  await delay(0);
  const waiting = [pool.stats().queued, states(pool)];
  await values;
  assertEquals([waiting, pool.stats().queued], [[2, ["starting", "starting"]], 0]);
});

/** Collects what it is told. */
function listener(): { told: [number, number | null][]; onProgress: (done: number, total: number | null) => void } {
  const told: [number, number | null][] = [];
  return { told, onProgress: (done, total) => void told.push([done, total]) };
}

test("MapOptions.onProgress is called after each chunk with the items done and all items", async () => {
  await using pool = new Pool(1);
  const { told, onProgress } = listener();
  await pool.map(square, numbers(10), { chunksize: 4, onProgress });
  assertEquals(told, [[4, 10], [8, 10], [10, 10]]);
});

test("MapOptions.onProgress is called for mapAsync, starmap and starmapAsync as well", async () => {
  await using pool = new Pool(1);
  const pairs: [number, number][] = numbers(3).map((n) => [n, n]);
  for (
    const start of [
      (given: ReturnType<typeof listener>) => pool.mapAsync(square, new Set([1, 2, 3]), { chunksize: 2, ...given }),
      (given: ReturnType<typeof listener>) => pool.starmap(add, pairs, { chunksize: 2, ...given }),
      (given: ReturnType<typeof listener>) => pool.starmapAsync(add, pairs, { chunksize: 2, ...given }),
    ]
  ) {
    const given = listener();
    await start(given);
    assertEquals(given.told, [[2, 3], [3, 3]]);
  }
});

test("MapOptions.onProgress is called with all items before the result is there", async () => {
  await using pool = new Pool(2);
  const seen: [number, boolean][] = [];
  const onProgress = (done: number) => void seen.push([done, result.ready()]);
  const result: AsyncResult<number[]> = pool.mapAsync(square, numbers(4), { chunksize: 2, onProgress });
  await result;
  assertEquals(seen, [[2, false], [4, false]]);
});

test("MapOptions.onProgress is called with null as total when imap draws from a generator, and with all items of an array", async () => {
  await using pool = new Pool(1);
  const generator = numbers(3)[Symbol.iterator]();
  for (const [items, total] of [[generator, null], [numbers(3), 3]] as const) {
    const { told, onProgress } = listener();
    for await (const _ of pool.imapUnordered(square, items, { chunksize: 2, onProgress }));
    assertEquals(told, [[2, total], [3, total]]);
  }
});

test("MapOptions.onProgress counts the items of chunks that fail", async () => {
  await using pool = new Pool(1);
  const { told, onProgress } = listener();
  await assertRejects(() => pool.map(failAtThree, numbers(6), { chunksize: 2, onProgress }), RangeError, "three");
  assertEquals(told, [[2, 6], [4, 6], [6, 6]]);
});

test("MapOptions.onProgress is called no more when the map was cancelled or the loop was left", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const { told, onProgress } = listener();
  const result = pool.mapAsync(sleep, [1, 60_000, 1], { chunksize: 1, onProgress });
  await until(() => told.length === 1, "the first item is done");
  result.cancel();
  await pool.apply(pid);
  assertEquals(told, [[1, 3]]);
  const lazy = listener();
  for await (const _ of pool.imap(sleep, [1, 60_000, 1], { onProgress: lazy.onProgress })) break;
  await pool.apply(pid);
  assertEquals(lazy.told, [[1, 3]]);
});

test("MapOptions.onProgress is not called when there are no items", async () => {
  await using pool = new Pool(1);
  const { told, onProgress } = listener();
  await pool.map(square, [], { onProgress });
  for await (const _ of pool.imap(square, [], { onProgress }));
  assertEquals(told, []);
});

test("MapOptions.onProgress that throws or rejects is printed, and the map goes on", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/limit_progress.ts");
  assertEquals([code, stdout], [0, "[1,4,9] 3\n[16,25]\n"]);
  const printed = (text: string) => stderr.split(`Pool onProgress failed:\nRangeError: ${text}`).length - 1;
  assertEquals([printed("thrown aside"), printed("rejected aside")], [3, 2]);
});

test("MapOptions.onProgress that is not a function is a TypeError at the call", async () => {
  await using pool = new Pool(1);
  const options = { onProgress: 3 as never };
  await assertRejects(() => pool.map(square, [1], options), TypeError, "Cannot map: onProgress is not a function");
  assertThrows(() => pool.mapAsync(square, [1], options), TypeError, "Cannot mapAsync: onProgress is not a function");
  assertThrows(() => pool.imap(square, [1], options), TypeError, "Cannot imap: onProgress is not a function");
});

noLeaks();
