import process from "node:process";
import { Pool, StateError, taskSignal, TimeoutError } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { spinUntil } from "./_fixtures/fault_ways.ts";
import { heed, orHeed, signalIsFresh } from "./_fixtures/heeding.ts";
import { increment } from "./_fixtures/fault_module.ts";
import { slowUrls, take } from "./_fixtures/fault_strike.ts";
import { jotLater } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { block, heedless, hold, jot, pid, sleep, spin } from "../_support/waiting.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { isAlive } from "../_support/system.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("TaskOptions.timeout rejects the task with a TimeoutError when it takes longer", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const error = await assertRejects(() => pool.apply(sleep, [60_000], { timeout: 30 }), TimeoutError, "sleep");
  assertEquals(error.timeout, 30);
});

test("TaskOptions.timeout does nothing when the task ends before", async () => {
  await using pool = new Pool(1);
  const before = await pool.apply(pid, [], { timeout: 60_000 });
  assertEquals(await pool.apply(pid, [], { timeout: 2 ** 40 }), before);
});

test("TaskOptions.timeout does not count the time that a task waits for a worker or behind another task", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const first = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  const next = pool.apply(sleep, [1], { timeout: 400 }); // before there is a worker
  await until(() => lines(`${folder}/begun`).length === 1, "the first task has begun");
  const last = pool.applyAsync(sleep, [1], { timeout: 400 });
  await last.wait({ timeout: 900 });
  mark(`${folder}/gate`);
  const worker = await first;
  assertEquals([await next, await last], [worker, worker]);
});

test("TaskOptions.timeout does not count the import of the task's module", async () => {
  await using pool = new Pool(1, { env: { ...process.env as Record<string, string>, FAULT_MODULE: "slow" } });
  const worker = await pool.apply(pid);
  const next = pool.apply(increment, [2]);
  assertEquals(await pool.apply(increment, [1], { timeout: 400 }), 2);
  assertEquals([await next, await pool.apply(pid)], [3, worker]);
});

test("TaskOptions.timeout does not count the decoding of the task's arguments", async () => {
  await using pool = new Pool(1, { initializer: slowUrls, initargs: [700] });
  const worker = await pool.apply(pid);
  assertEquals(await pool.apply(take, [1, new URL("slow:small")], { timeout: 400 }), 1);
  // Sent together, so that the second one begins with the result of the first.
  const large = new URL(`slow:${"x".repeat(100_000)}`);
  const results = [pool.apply(take, [2, new URL("fast:it")], { timeout: 400 })];
  for (let n = 3; n < 6; n++) results.push(pool.apply(take, [n, large], { timeout: 400 }));
  assertEquals([...await Promise.all(results), await pool.apply(pid)], [2, 3, 4, 5, worker]);
});

test("TaskOptions.timeout never rejects a task behind one that is ended for its timeout", async () => {
  await using pool = new Pool(1, { killGrace: 300 });
  await pool.map(square, Array.from({ length: 5_000 }, (_, n) => n), { chunksize: 1 }); // many are sent ahead
  for (const stuck of [spin, heedless]) {
    const late = pool.applyAsync(stuck, [`${scratch()}/begun`], { timeout: 500 });
    const results = Array.from({ length: 20 }, (_, n) => pool.applyAsync(square, [n], { timeout: 400 }));
    await assertRejects(() => late.get(), TimeoutError);
    assertEquals(await Promise.all(results), results.map((_, n) => n * n));
  }
});

test("TaskOptions.timeout of 0 rejects at the next turn of the event loop", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  await assertRejects(() => pool.apply(sleep, [60_000], { timeout: 0 }), TimeoutError);
});

test("TaskOptions.timeout kills the worker when the task is in a synchronous loop, and the pool goes on", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const begun = `${scratch()}/begun`;
  await assertRejects(() => pool.apply(spin, [begun], { timeout: 500 }), TimeoutError);
  const next = await pool.apply(pid);
  assertNotEquals(`${next}`, lines(begun)[0]);
  assert(!isAlive(Number(lines(begun)[0])));
});

test("TaskOptions.timeout kills the worker also when the task began behind others", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  await pool.map(square, Array.from({ length: 5000 }, (_, n) => n), { chunksize: 1 });
  const first = pool.apply(block, [300]);
  const late = pool.apply(spin, [`${scratch()}/begun`], { timeout: 100 });
  late.catch(() => {});
  await first;
  await assertRejects(() => late, TimeoutError);
  assertEquals(await pool.apply(square, [3], { timeout: 20_000 }), 9);
});

test("TaskOptions.timeout of a map bounds the whole map, while any of its chunks runs", async () => {
  await using pool = new Pool(2, { killGrace: 50 });
  const items = [1, 1, 60_000, 1];
  await assertRejects(() => pool.map(sleep, items, { timeout: 300, chunksize: 1 }), TimeoutError);
  assertEquals(await pool.map(square, [1, 2]), [1, 4]);
});

test("TaskOptions.timeout of a map does not count the time that its chunks wait behind another task", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const first = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the first task has begun");
  const map = pool.mapAsync(sleep, [1, 1], { timeout: 700, chunksize: 1 });
  const between = pool.apply(sleep, [900]);
  const rest = pool.mapAsync(sleep, [1, 1], { timeout: 700, chunksize: 1 });
  mark(`${folder}/gate`);
  const worker = await first;
  assertEquals([await map, await between, await rest], [[worker, worker], worker, [worker, worker]]);
});

test("TaskOptions.timeout of imap bounds each chunk", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const values = pool.imap(sleep, [60_000, 1], { timeout: 1_000, buffer: 1 });
  await assertRejects(() => values.next(), TimeoutError);
  assertEquals(typeof (await values.next()).value, "number");
});

test("TaskOptions.timeout below 0 is as 0, and one of Infinity or of more than a timer can count is no limit", async () => {
  await using pool = new Pool(1);
  for (const timeout of [-1, -Infinity]) {
    await assertRejects(() => pool.apply(sleep, [10], { timeout }), TimeoutError);
  }
  for (const timeout of [Infinity, 2 ** 31, 2 ** 40]) {
    assertEquals(await pool.apply(square, [3], { timeout }), 9);
  }
});

test("TaskOptions.timeout is a TypeError at the call when it is no number, as is a signal that is none", async () => {
  await using pool = new Pool(1);
  for (const options of [{ timeout: NaN }, { timeout: "5" }, { timeout: null }, { signal: {} }]) {
    assertThrows(() => pool.applyAsync(square, [3], options as never), TypeError, "Cannot applyAsync");
    assertThrows(() => pool.mapAsync(square, [3], options as never), TypeError, "Cannot mapAsync");
    assertThrows(() => pool.imap(square, [3], options as never), TypeError, "Cannot imap");
    await assertRejects(() => pool.apply(square, [3], options as never), TypeError, "Cannot apply");
  }
});

test("TaskOptions.timeout leaves the value of a task that has ended while the program was busy", async () => {
  await using pool = new Pool(1);
  const worker = await pool.apply(pid);
  const path = `${scratch()}/jots`;
  const result = pool.apply(jotLater, [path, 1, 150], { timeout: 400 });
  await delay(20);
  spinUntil(() => lines(path).length === 1, 500, "the task has ended");
  assertEquals([await result, await pool.apply(pid)], [1, worker]);
});

test("TaskOptions.signal rejects the task with the signal's reason when it is aborted before, and the task never runs", async () => {
  await using pool = new Pool(1);
  const path = `${scratch()}/jots`;
  const signal = AbortSignal.abort(new RangeError("no"));
  await assertRejects(() => pool.apply(jot, [path, 1], { signal }), RangeError, "no");
  await pool.apply(pid);
  assertEquals(lines(path), []);
});

test("TaskOptions.signal rejects the task with the signal's reason when it is aborted while the task runs", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const begun = `${scratch()}/begun`;
  const controller = new AbortController();
  const result = pool.apply(spin, [begun], { signal: controller.signal });
  result.catch(() => {});
  await until(() => lines(begun).length === 1, "the task has begun");
  controller.abort(new RangeError("no"));
  await assertRejects(() => result, RangeError, "no");
  assertEquals(await pool.apply(square, [3]), 9);
});

test("TaskOptions.signal does nothing when it is aborted after the end", async () => {
  await using pool = new Pool(1);
  const controller = new AbortController();
  const result = pool.applyAsync(pid, [], { signal: controller.signal });
  const before = await result;
  controller.abort();
  assertEquals([await result.get(), await pool.apply(pid)], [before, before]);
});

test("TaskOptions.signal ends each of 2 000 tasks once when it is that of all", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const { signal, controller } = bounds();
  const counts = Array.from({ length: 2_000 }, () => 0);
  const results = counts.map((_, n) => {
    const count = () => void counts[n]!++;
    const callbacks = { callback: count, errorCallback: count };
    return pool.applyAsync(orHeed, [`${folder}/begun`, n], { signal, ...callbacks }).catch((error) => error);
  });
  await until(() => lines(`${folder}/begun`).length === 2, "two tasks have begun");
  controller.abort("enough");
  assertEquals(new Set(await Promise.all(results)), new Set(["enough"]));
  assertEquals(await pool.apply(square, [3]), 9);
  assertEquals(counts.findIndex((count) => count !== 1), -1);
  assertEquals(lines(`${folder}/begun`).length, 2);
});

test("TaskOptions.signal of a map drops the chunks that were not begun", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const { signal, controller } = bounds();
  const map = pool.starmap(
    orHeed,
    Array.from({ length: 5_000 }, (_, n) => [`${folder}/begun`, n] as [string, number]),
    {
      chunksize: 1,
      signal,
    },
  );
  map.catch(() => {});
  await until(() => lines(`${folder}/begun`).length === 1, "a chunk has begun");
  const next = pool.apply(square, [3]);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => map, RangeError, "enough");
  assertEquals(await next, 9);
  const { queued, running, completed, failed, restarts } = pool.stats();
  assertEquals([queued, running, completed, failed, restarts], [0, 0, 1, 5_000, 0]);
  assertEquals(lines(`${folder}/begun`).length, 1);
});

function bounds(): { controller: AbortController; signal: AbortSignal } {
  const controller = new AbortController();
  return { controller, signal: controller.signal };
}

test("taskSignal() aborts with the reason when the task is cancelled, and the worker that gives way is kept", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const before = await pool.apply(pid);
  const result = pool.applyAsync(heed, [`${folder}/begun`, `${folder}/ended`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  result.cancel(new RangeError("enough"));
  await until(() => lines(`${folder}/ended`).length === 1, "the signal has been aborted");
  assertEquals(lines(`${folder}/ended`), ["RangeError"]);
  await assertRejects(() => result.get(), RangeError, "enough");
  assertEquals(await pool.apply(pid), before);
});

test("taskSignal() aborts with a RemoteError when the reason cannot cross", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const before = await pool.apply(pid);
  const result = pool.applyAsync(heed, [`${folder}/begun`, `${folder}/ended`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  const reason = () => "no";
  result.cancel(reason);
  assert(await result.catch((given) => given) === reason);
  assertEquals(await pool.apply(pid), before);
  assertEquals(lines(`${folder}/ended`), ["RemoteError"]);
});

test("taskSignal() aborts with a TimeoutError when the task's time is over", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  await pool.apply(pid);
  const result = pool.apply(heed, [`${folder}/begun`, `${folder}/ended`], { timeout: 100 });
  await assertRejects(() => result, TimeoutError);
  await until(() => lines(`${folder}/ended`).length === 1, "the signal has been aborted");
  assertEquals(lines(`${folder}/ended`), ["TimeoutError"]);
});

test("taskSignal() gives each task a signal of its own", async () => {
  await using pool = new Pool(1);
  const folder = scratch();
  const result = pool.applyAsync(heed, [`${folder}/begun`, `${folder}/ended`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  result.cancel();
  await until(() => lines(`${folder}/ended`).length === 1, "the signal has been aborted");
  assertEquals(await pool.map(signalIsFresh, [1, 2], { chunksize: 1 }), [true, true]);
});

test("taskSignal() throws a StateError when no task is running here", () => {
  const error = assertThrows(() => taskSignal(), StateError, "no pool task is running here");
  assertEquals(error.state, "idle");
});

noLeaks();
