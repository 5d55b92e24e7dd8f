import process from "node:process";
import { Full, Pool, type PoolOptions, SerializationError, TimeoutError, WorkerLostError } from "../../mod.ts";
import { runtime } from "../../src/runtime/installed.ts";
import { identity, square } from "../_support/arithmetic.ts";
import { exitWith } from "../_support/dying.ts";
import { increment } from "./_fixtures/fault_module.ts";
import { spinUntil, stateOf } from "./_fixtures/fault_ways.ts";
import { dieAtTwo, dieOften, exitBy, failNoted, jotLater, spinAtThree, stopSelf } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { heed } from "./_fixtures/heeding.ts";
import { block, hold, jot, pid, sleep, spin } from "../_support/waiting.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, isAlive } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("PoolOptions.taskTimeout rejects a task that runs longer with a TimeoutError that names task and limit", async () => {
  await using pool = new Pool(1, { taskTimeout: 200, killGrace: 50 });
  const error = await assertRejects(() => pool.apply(sleep, [60_000]), TimeoutError, "task sleep");
  assertEquals([error.timeout, error.message.includes("200 ms")], [200, true]);
});

test("PoolOptions.taskTimeout ends the worker of a task in a synchronous loop, and the pool goes on", async () => {
  await using pool = new Pool(1, { taskTimeout: 1_000, killGrace: 50 });
  const begun = `${scratch()}/begun`;
  const late = pool.applyAsync(spin, [begun]);
  const next = pool.apply(square, [3]); // behind it already
  await assertRejects(() => late.get(), TimeoutError, "task spin");
  assertEquals(await next, 9);
  assertNotEquals(await pool.apply(pid), Number(lines(begun)[0]));
  await until(() => !isAlive(Number(lines(begun)[0])), "its worker is gone");
});

test("PoolOptions.taskTimeout ends a worker that is stopped, and the pool goes on", async () => {
  await using pool = new Pool(1, { taskTimeout: 1_000, killGrace: 50 });
  const first = await pool.apply(pid);
  const late = pool.applyAsync(stopSelf);
  await assertRejects(() => late.get(), TimeoutError);
  assertNotEquals(await pool.apply(pid), first);
  assert(!isAlive(first));
});

test("PoolOptions.taskTimeout aborts taskSignal(), and the worker that gives way is kept", async () => {
  await using pool = new Pool(1, { taskTimeout: 500 });
  const folder = scratch();
  const before = await pool.apply(pid);
  await assertRejects(() => pool.apply(heed, [`${folder}/begun`, `${folder}/ended`]), TimeoutError, "heed");
  assertEquals(await pool.apply(pid), before);
  assertEquals(lines(`${folder}/ended`), ["TimeoutError"]);
});

test("PoolOptions.taskTimeout does not count the time that a task waits", async () => {
  await using pool = new Pool(1, { taskTimeout: 900 });
  const began = performance.now();
  const pids = await Promise.all(
    numbers(8).map((n) => n % 2 === 0 ? pool.apply(sleep, [200]) : pool.apply(block, [200])),
  );
  assertEquals(new Set(pids).size, 1);
  assert(performance.now() - began > 1_500, "the last one has waited for longer than the limit");
});

test("PoolOptions.taskTimeout does not count the import of the task's module, whichever method is called", async () => {
  const calls: ((pool: Pool) => Promise<unknown>)[] = [
    (pool) => pool.apply(increment, [1]),
    (pool) => pool.map(increment, [1, 2, 3], { chunksize: 1 }),
    (pool) => pool.starmap(increment, [[1], [2]], { chunksize: 2 }),
    (pool) => Array.fromAsync(pool.imap(increment, [1, 2, 3, 4], { chunksize: 2 })),
    (pool) => pool.broadcast(increment, [1]),
  ];
  for (const call of calls) {
    await using pool = new Pool(1, { taskTimeout: 300, ...withFault("slow") });
    await call(pool);
    assertEquals(pool.stats().restarts, 0);
  }
});

test("PoolOptions.taskTimeout rejects only the task that takes too long among those sent to the same worker", async () => {
  await using pool = new Pool(1, { taskTimeout: 1_000, killGrace: 50 });
  await pool.map(square, numbers(1_000), { chunksize: 1 }); // it is known to be quick: many are sent ahead
  const results = await Promise.allSettled(numbers(30).map((n) => pool.apply(spinAtThree, [n % 30])));
  results.forEach((result, n) => {
    if (n !== 3) return assertEquals(result, { status: "fulfilled", value: n * n });
    assert(result.status === "rejected" && result.reason instanceof TimeoutError, String(n));
  });
});

test("PoolOptions.taskTimeout of a chunk is that of a task times its items", async () => {
  await using pool = new Pool(1, { taskTimeout: 400, killGrace: 50 });
  assertEquals((await pool.map(sleep, [150, 150, 150, 150], { chunksize: 4 })).length, 4);
  const error = await assertRejects(() => pool.map(sleep, [1, 60_000, 1], { chunksize: 3 }), TimeoutError, "sleep");
  assertEquals(error.timeout, 1_200);
});

test("PoolOptions.taskTimeout rejects a map after its other chunks have ended", async () => {
  await using pool = new Pool(2, { taskTimeout: 1_000, killGrace: 50 });
  const path = `${scratch()}/jots`;
  const items: [string, number, number][] = numbers(6).map((n) => [path, n, n === 1 ? 60_000 : 0]);
  await assertRejects(() => pool.starmap(jotLater, items, { chunksize: 1 }), TimeoutError, "jotLater");
  assertEquals(lines(path).map((line) => line.split(" ")[1]).sort(), ["0", "2", "3", "4", "5"]);
});

test("PoolOptions.taskTimeout rejects one chunk of imap and gives the values after it", async () => {
  await using pool = new Pool(1, { taskTimeout: 500, killGrace: 50 });
  const values = pool.imap(spinAtThree, [2, 3, 4, 5]);
  assertEquals(await values.next(), { done: false, value: 4 });
  await assertRejects(() => values.next(), TimeoutError);
  assertEquals([(await values.next()).value, (await values.next()).value], [16, 25]);
});

test("PoolOptions.taskTimeout is beside the task's own timeout, and the shorter one counts", async () => {
  await using pool = new Pool(1, { taskTimeout: 1_000, killGrace: 50 });
  await pool.apply(pid);
  const own = await assertRejects(() => pool.apply(sleep, [60_000], { timeout: 100 }), TimeoutError);
  await pool.apply(pid);
  const common = await assertRejects(() => pool.apply(sleep, [60_000], { timeout: 20_000 }), TimeoutError);
  assertEquals([own.timeout, common.timeout], [100, 1_000]);
});

test('PoolOptions.taskTimeout does not try the task again when onWorkerLost is "retry"', async () => {
  await using pool = new Pool(1, { taskTimeout: 500, killGrace: 50, onWorkerLost: "retry" });
  const begun = `${scratch()}/begun`;
  await assertRejects(() => pool.apply(spin, [begun]), TimeoutError);
  assertEquals(await pool.apply(square, [3]), 9);
  assertEquals(lines(begun).length, 1);
});

test("PoolOptions.taskTimeout leaves the value of a task that has ended while the program was busy", async () => {
  await using pool = new Pool(1, { taskTimeout: 1_200 });
  const worker = await pool.apply(pid);
  const path = `${scratch()}/jots`;
  const results = numbers(3).map((n) => pool.apply(jotLater, [path, n, 150]));
  await delay(20);
  spinUntil(() => lines(path).length >= 1, 600, "the first task has ended");
  assertEquals([...await Promise.all(results), await pool.apply(pid)], [0, 1, 2, worker]);
});

const withFault = (how: string): PoolOptions => ({
  env: { ...process.env as Record<string, string>, FAULT_MODULE: how },
  killGrace: 50,
});

test("PoolOptions.loadTimeout rejects a task whose module takes longer to import with a TimeoutError that names the module", async () => {
  await using pool = new Pool(1, { loadTimeout: 400, ...withFault("slow") });
  const error = await assertRejects(() => pool.apply(increment, [1]), TimeoutError, "Cannot run task increment");
  assertMatch(
    error.message,
    /the import of file:\S+(fault_module|limits_test).ts took more than 400 ms, .* raise loadTimeout/,
  );
  assertEquals(error.timeout, 400);
});

test("PoolOptions.loadTimeout ends the worker of an import in a synchronous loop and of one that waits, and the pool goes on", async () => {
  for (const how of ["hang", "wait"]) {
    await using pool = new Pool(1, { loadTimeout: 2_000, ...withFault(how) });
    const worker = await pool.apply(pid);
    const late = pool.applyAsync(increment, [1], { timeout: 60_000 });
    const next = pool.applyAsync(pid); // behind it already
    await assertRejects(() => late.get(), TimeoutError, "raise loadTimeout");
    assertNotEquals(await next, worker);
    await until(() => !isAlive(worker), "its worker is gone");
  }
});

test("PoolOptions.loadTimeout does not count the time that a task runs", async () => {
  await using pool = new Pool(4, { loadTimeout: 4_000 });
  await Promise.all([{}, { timeout: 60_000 }].flatMap((options) => [
    pool.apply(sleep, [4_300], options),
    pool.apply(block, [4_300], options),
  ]));
  assertEquals(pool.stats().restarts, 0);
});

test("PoolOptions.loadTimeout replaces a worker that does not take up a task with a time limit, and another one runs the task", async () => {
  await using pool = new Pool(1, { loadTimeout: 2_000, killGrace: 50 });
  const worker = await pool.apply(pid);
  process.kill(worker, "SIGSTOP");
  await until(() => stateOf(worker) === "T", "the worker is stopped");
  assertNotEquals(await pool.apply(pid, [], { timeout: 60_000 }), worker);
  assert(!isAlive(worker));
});

test("PoolOptions.maxQueue makes apply() reject with Full when so many tasks wait beyond the one that each worker runs", async () => {
  await using pool = new Pool(2, { maxQueue: 3 });
  const folder = scratch();
  const results = numbers(5).map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
  await assertRejects(() => pool.apply(pid), Full, "5 tasks are under way");
  await until(() => lines(`${folder}/begun`).length === 2, "two tasks have begun");
  await assertRejects(() => pool.apply(pid), Full);
  mark(`${folder}/gate`);
  assertEquals((await Promise.all(results)).length, 5);
});

test("PoolOptions.maxQueue of 0 admits one task for each worker", async () => {
  await using pool = new Pool(2, { maxQueue: 0 });
  const results = [pool.apply(square, [2]), pool.apply(square, [3])];
  await assertRejects(() => pool.apply(square, [4]), Full);
  assertEquals(await Promise.all(results), [4, 9]);
  assertEquals(await pool.apply(square, [4]), 16);
});

test("PoolOptions.maxQueue gives a result that rejects with Full and calls errorCallback, and the task never runs", async () => {
  await using pool = new Pool(1, { maxQueue: 0 });
  const path = `${scratch()}/jots`;
  const first = pool.apply(jot, [path, 1]);
  const errors: Error[] = [];
  const result = pool.applyAsync(jot, [path, 2], { errorCallback: (error) => void errors.push(error) });
  assertEquals([result.ready(), result.successful()], [true, false]);
  const error = await assertRejects(() => result.get(), Full);
  assert(errors.length === 1 && errors[0] === error);
  await first;
  await pool.apply(jot, [path, 3]);
  assertEquals(lines(path), ["1", "3"]);
});

test("PoolOptions.maxQueue admits a task again when one has ended, failed or was cancelled", async () => {
  await using pool = new Pool(1, { maxQueue: 1 });
  const folder = scratch();
  const holding = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  const waiting = pool.applyAsync(square, [1]);
  await assertRejects(() => pool.apply(square, [2]), Full);
  await until(() => lines(`${folder}/begun`).length === 1, "the first task has begun");
  waiting.cancel();
  const failing = pool.applyAsync(failNoted, [`${folder}/failed`]);
  await assertRejects(() => pool.apply(square, [2]), Full);
  mark(`${folder}/gate`);
  await holding;
  await assertRejects(() => failing.get(), RangeError);
  assertEquals(await Promise.all([pool.apply(square, [2]), pool.apply(square, [3])]), [4, 9]);
});

test("PoolOptions.maxQueue does not bound the maps", async () => {
  await using pool = new Pool(2, { maxQueue: 0 });
  const items = numbers(100);
  const maps = [pool.map(square, items, { chunksize: 1 }), pool.starmap(square, items.map((n) => [n]))];
  const values: number[] = [];
  for await (const value of pool.imap(square, items)) values.push(value);
  assertEquals([...await Promise.all(maps), values], Array(3).fill(items.map(square)));
});

test("PoolOptions.maxQueue counts the chunks of a map that are under way", async () => {
  await using pool = new Pool(1, { maxQueue: 2 });
  const folder = scratch();
  const parts = numbers(4).map((): [string, string] => [`${folder}/begun`, `${folder}/gate`]);
  const map = pool.starmap(hold, parts, { chunksize: 1 });
  await assertRejects(() => pool.apply(pid), Full, "4 tasks are under way");
  mark(`${folder}/gate`);
  await map;
  assertEquals(await pool.apply(square, [3]), 9);
});

test("PoolOptions.maxQueue does not count a map or a task that cannot be sent", async () => {
  await using pool = new Pool(1, { maxQueue: 1 });
  for (let n = 0; n < 3; n++) {
    await assertRejects(() => pool.map(identity<unknown>, [1, 2, 3, () => 4], { chunksize: 1 }), SerializationError);
    await assertRejects(() => pool.apply(identity<unknown>, [() => 4]), SerializationError);
  }
  assertEquals(await Promise.all([pool.apply(square, [2]), pool.apply(square, [3])]), [4, 9]);
});

test('PoolOptions.onWorkerLost is "reject" when it is not given: a task whose worker dies is run once', async () => {
  for (const options of [{}, { onWorkerLost: "reject", retries: 5 }] as const) {
    await using pool = new Pool(1, options);
    const path = `${scratch()}/pids`;
    const error = await assertRejects(() => pool.apply(dieOften, [path, 1]), WorkerLostError);
    assertEquals(lines(path), [`${error.pid}`]);
    assert(!error.message.includes("before it"));
  }
});

test('PoolOptions.onWorkerLost of "retry" runs a task whose worker dies again in another worker', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry" });
  const path = `${scratch()}/pids`;
  assertEquals(await pool.apply(dieOften, [path, 2]), 3);
  assertEquals(new Set(lines(path)).size, 3);
  const { completed, failed, lost, restarts } = pool.stats();
  assertEquals({ completed, failed, lost, restarts }, { completed: 1, failed: 0, lost: 0, restarts: 2 });
});

test('PoolOptions.onWorkerLost of "retry" rejects with a WorkerLostError that counts the deaths after retries more tries', async () => {
  await using pool = new Pool(2, { onWorkerLost: "retry", retries: 2 });
  const path = `${scratch()}/pids`;
  const error = await assertRejects(() => pool.apply(dieOften, [path, 99]), WorkerLostError, "as did 2 before it");
  assertEquals(lines(path).length, 3);
  assertEquals([`${error.pid}`, error.signal, error.task], [lines(path)[2], "SIGKILL", "dieOften"]);
  assertEquals([pool.stats().failed, pool.stats().lost], [1, 1]);
  assertEquals(await pool.apply(square, [3]), 9);
});

test('PoolOptions.onWorkerLost of "retry" tries three times more when retries is not given', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry" });
  const path = `${scratch()}/pids`;
  await assertRejects(() => pool.apply(dieOften, [path, 99]), WorkerLostError, "as did 3 before it");
  assertEquals(lines(path).length, 4);
});

test('PoolOptions.onWorkerLost of "retry" rejects at the first death when retries is 0', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry", retries: 0 });
  const path = `${scratch()}/pids`;
  await assertRejects(() => pool.apply(dieOften, [path, 99]), WorkerLostError);
  assertEquals(lines(path).length, 1);
});

test('PoolOptions.onWorkerLost of "retry" runs a chunk of a map again as a whole, and no other', async () => {
  await using pool = new Pool(2, { onWorkerLost: "retry" });
  const path = `${scratch()}/jots`;
  const items = numbers(9).map((n): [string, number] => [path, n]);
  assertEquals(await pool.map(dieAtTwo, items, { chunksize: 3 }), numbers(9).map(square));
  assertEquals(lines(path).sort(), ["0", "0", "1", "1", "2", "2", "3", "4", "5", "6", "7", "8"]);
});

test('PoolOptions.onWorkerLost of "retry" runs no task again that fails', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry" });
  const path = `${scratch()}/pids`;
  await assertRejects(() => pool.apply(failNoted, [path]), RangeError, "asked to fail");
  await pool.apply(pid);
  assertEquals(lines(path).length, 1);
});

test('PoolOptions.onWorkerLost of "retry" runs no task again that was cancelled and whose worker was ended for it', async () => {
  await using pool = new Pool(1, { onWorkerLost: "retry", killGrace: 50 });
  const begun = `${scratch()}/begun`;
  const result = pool.applyAsync(spin, [begun]);
  await until(() => lines(begun).length === 1, "the task has begun");
  result.cancel(new RangeError("enough"));
  await assertRejects(() => result.get(), RangeError, "enough");
  assertEquals(await pool.apply(square, [3]), 9);
  assertEquals(lines(begun).length, 1);
});

test('PoolOptions.onWorkerLost of "retry" runs every other task once although workers die', async () => {
  await using pool = new Pool(2, { onWorkerLost: "retry" });
  const folder = scratch();
  const results = numbers(200).map((n) =>
    n % 50 === 7 ? pool.apply(dieOften, [`${folder}/${n}`, 1]) : pool.apply(jot, [`${folder}/jots`, n])
  );
  const values = await Promise.all(results);
  assertEquals([7, 57, 107, 157].map((n) => values[n]), [2, 2, 2, 2]);
  const jots = lines(`${folder}/jots`).map(Number).sort((a, b) => a - b);
  assertEquals(jots, numbers(200).filter((n) => n % 50 !== 7));
});

test("WorkerLostError says nothing of memory when a SIGKILL has ended the worker and the system has counted no kill for want of memory", async () => {
  await using pool = new Pool(1);
  const begun = `${scratch()}/begun`;
  const result = pool.applyAsync(spin, [begun]);
  await until(() => lines(begun).length === 1, "the task has begun");
  process.kill(Number(lines(begun)[0]), "SIGKILL");
  const error = await assertRejects(() => result.get(), WorkerLostError);
  assertMatch(
    error.message,
    // Where the system does not count, it may have been memory.
    runtime().network().oomKills?.() == null
      ? /was killed by SIGKILL, possibly out of memory$/
      : /was killed by SIGKILL$/,
  );
});

test("WorkerLostError says nothing of memory when the worker exits or another signal has ended it", async () => {
  await using pool = new Pool(1);
  const exited = await assertRejects(() => pool.apply(exitWith, [137]), WorkerLostError, "exited with code 137");
  const ended = await assertRejects(() => pool.apply(exitBy, ["SIGHUP"]), WorkerLostError, "was killed by SIGHUP");
  assert(![exited, ended].some(({ message }) => message.includes("memory")));
});

test("new Pool() throws a TypeError that names the option when taskTimeout, loadTimeout, maxQueue or retries is no number, or not whole where it counts", () => {
  for (const option of ["taskTimeout", "loadTimeout", "maxQueue", "retries"]) {
    for (const value of ["1", NaN, null, true, 1n]) {
      assertThrows(() => new Pool(1, { [option]: value as number }), TypeError, `${option} is not a`);
    }
  }
  for (const option of ["maxQueue", "retries"]) {
    assertThrows(() => new Pool(1, { [option]: 1.5 }), TypeError, `${option} is not a whole number`);
  }
});

test("new Pool() throws a RangeError that names the option when taskTimeout, loadTimeout, maxQueue or retries is too small", () => {
  assertThrows(() => new Pool(1, { taskTimeout: 0 }), RangeError, "taskTimeout must be at least 1, not 0");
  assertThrows(() => new Pool(1, { loadTimeout: 0 }), RangeError, "loadTimeout must be at least 1, not 0");
  assertThrows(() => new Pool(1, { maxQueue: -1 }), RangeError, "maxQueue must be at least 0, not -1");
  assertThrows(() => new Pool(1, { retries: -1 }), RangeError, "retries must be at least 0, not -1");
  assertEquals(children(), []);
});

test('new Pool() throws a TypeError when onWorkerLost is neither "reject" nor "retry"', () => {
  for (const onWorkerLost of ["Retry", "", true, 3]) {
    assertThrows(() => new Pool(1, { onWorkerLost: onWorkerLost as "retry" }), TypeError, "onWorkerLost is not");
  }
});

noLeaks();
