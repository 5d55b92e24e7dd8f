import { BrokenPoolError, ClosedError, Pool, PoolTerminatedError } from "../../mod.ts";
import { SerializationError, TargetError, WorkerLostError } from "../../mod.ts";
import { add, identity, square } from "../_support/arithmetic.ts";
import { dieIn, failIn } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { refuseStart } from "./_fixtures/settings.ts";
import { hold, jot, pid, sleep } from "../_support/waiting.ts";
import { assert, assertEquals, assertNotEquals, assertRejects } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { idle, states } from "./_fixtures/worker_states.ts";

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

noLeaks();
