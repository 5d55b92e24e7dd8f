import { AsyncResult, Pool, SerializationError, StateError, TimeoutError } from "../../mod.ts";
import { identity, square } from "../_support/arithmetic.ts";
import { throwTypeError } from "./_fixtures/failing.ts";
import { spinUntil } from "./_fixtures/fault_ways.ts";
import { jotAndSleep } from "./_fixtures/audit.ts";
import { jotLater } from "./_fixtures/upkeep.ts";
import { lines, mark } from "../_support/scratch.ts";
import { hold, jot, pid, sleep, spin } from "../_support/waiting.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "../_support/assert.ts";
import { deadline, delay, until } from "../_support/async.ts";
import { run } from "../_support/system.ts";
import { scratch } from "../_support/folder.ts";
import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

/** A task that is running, and what ends it. */
async function held(pool: Pool): Promise<{ result: AsyncResult<number>; release(): void }> {
  const folder = scratch();
  const result = pool.applyAsync(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  return { result, release: () => mark(`${folder}/gate`) };
}

test("AsyncResult is what applyAsync, mapAsync and starmapAsync give, and a promise", async () => {
  const pool = pools.of(1);
  const results = [
    pool.applyAsync(square, [3]),
    pool.mapAsync(square, [3]),
    pool.starmapAsync(square, [[3]]),
  ];
  for (const result of results) assertInstanceOf(result, AsyncResult);
  assertEquals(await Promise.all(results as Promise<unknown>[]), [9, [9], [9]]);
  assertEquals(Object.prototype.toString.call(results[0]), "[object AsyncResult]");
});

test("AsyncResult throws a TypeError when a program makes one, and has no method by which a program could settle it", () => {
  const make = AsyncResult as unknown as new (...args: unknown[]) => unknown;
  assertThrows(() => new make(), TypeError, "Cannot make AsyncResult");
  assertThrows(() => new make(Symbol(), { cancel: () => true }), TypeError, "Cannot make AsyncResult");
  const isMethod = (name: string) => !["length", "name", "prototype"].includes(name);
  assertEquals(Object.getOwnPropertyNames(AsyncResult).filter(isMethod), []);
});

test("AsyncResult.then() calls back with the value, catch() with the error and finally() in both cases", async () => {
  const pool = pools.of(1);
  assertEquals(await pool.applyAsync(square, [3]).then((value) => value + 1), 10);
  assertEquals(await pool.applyAsync(throwTypeError).catch((error) => (error as Error).message), "wrong kind");
  let ended = 0;
  assertEquals(await pool.applyAsync(square, [3]).finally(() => ended++), 9);
  await assertRejects(() => pool.applyAsync(throwTypeError).finally(() => ended++), TypeError);
  assertEquals(ended, 2);
});

test("AsyncResult.get() resolves to the value before, during and after the end, as often as it is asked", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(square, [3]);
  assertEquals(await Promise.all([result.get(), result.get({ timeout: 60_000 })]), [9, 9]);
  assertEquals([await result.get(), await result.get({ timeout: 0 })], [9, 9]);
});

test("AsyncResult.get() rejects with the error of the task, the same each time", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(throwTypeError);
  const first = await assertRejects(() => result.get(), TypeError);
  const second = await assertRejects(() => result.get({ timeout: 1 }), TypeError);
  assert(first === second);
});

test("AsyncResult.get() rejects with a TimeoutError when the timeout comes first, and the task goes on", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  const error = await assertRejects(() => result.get({ timeout: 20 }), TimeoutError, "20 ms");
  assertEquals(error.timeout, 20);
  release();
  assertEquals(typeof await result.get(), "number");
});

test("AsyncResult.get() rejects at once when the timeout is 0 or below and the result is not there", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  await assertRejects(() => result.get({ timeout: 0 }), TimeoutError);
  await assertRejects(() => result.get({ timeout: -5 }), TimeoutError);
  release();
});

test("AsyncResult.get() rejects with the signal's reason when that is aborted before or during, and the task goes on", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  const controller = new AbortController();
  const waiting = result.get({ signal: controller.signal });
  controller.abort(new RangeError("enough"));
  await assertRejects(() => waiting, RangeError, "enough");
  await assertRejects(() => result.get({ signal: controller.signal }), RangeError, "enough");
  assert(!result.ready());
  release();
  assertEquals(typeof await result, "number");
});

test("AsyncResult.get() rejects with a TypeError when timeout or signal is of the wrong kind", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(square, [3]);
  await assertRejects(() => result.get({ timeout: "1" as never }), TypeError, "timeout");
  await assertRejects(() => result.get({ timeout: NaN }), TypeError, "timeout");
  await assertRejects(() => result.get({ signal: {} as never }), TypeError, "signal");
});

test("AsyncResult.get() gives the value of a task that has ended while the program was busy", async () => {
  await using pool = new Pool(1);
  await pool.apply(pid);
  const path = `${scratch()}/jots`;
  const result = pool.applyAsync(jotLater, [path, 1, 150]);
  const value = result.get({ timeout: 400 });
  await delay(20);
  spinUntil(() => lines(path).length === 1, 500, "the task has ended");
  assertEquals(await value, 1);
});

test("AsyncResult.wait() resolves when the task has ended, also when it failed", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(throwTypeError);
  assertEquals(await result.wait(), undefined);
  assert(result.ready() && !result.successful());
  await result.wait({ timeout: 0 });
});

test("AsyncResult.wait() resolves when the timeout comes first", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  await result.wait({ timeout: 10 });
  await result.wait({ timeout: 0 });
  await result.wait({ timeout: -1 });
  assert(!result.ready());
  release();
});

test("AsyncResult.wait() rejects with the signal's reason when that is aborted", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  const controller = new AbortController();
  const waiting = result.wait({ signal: controller.signal });
  controller.abort("enough");
  assertEquals(await waiting.catch((reason) => reason), "enough");
  release();
});

test("AsyncResult.ready() tells whether the task has ended", async () => {
  const pool = pools.of(1);
  const { result, release } = await held(pool);
  assert(!result.ready());
  release();
  await result;
  assert(result.ready());
});

test("AsyncResult.successful() tells whether the task gave a value, and throws a StateError while it is not ready", async () => {
  const pool = pools.of(1);
  const { result, release } = await held(pool);
  const error = assertThrows(() => result.successful(), StateError, "not ready");
  assertEquals(error.state, "pending");
  release();
  await result;
  assert(result.successful());
  const failed = pool.applyAsync(throwTypeError);
  await failed.wait();
  assert(!failed.successful());
});

test("AsyncResult.cancel() rejects the result of a task that was not started, which then never runs", async () => {
  await using pool = new Pool(1);
  const { result, release } = await held(pool);
  const path = `${scratch()}/jots`;
  const cancelled = pool.applyAsync(jot, [path, 1]);
  const kept = pool.applyAsync(jot, [path, 2]);
  assert(cancelled.cancel());
  const error = await assertRejects(() => cancelled.get(), DOMException);
  assertEquals(error.name, "AbortError");
  release();
  await Promise.all([result, kept]);
  assertEquals(lines(path), ["2"]);
});

test("AsyncResult.cancel() rejects with the given reason", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(sleep, [60_000]);
  assert(result.cancel(new RangeError("not needed")));
  await assertRejects(() => result.get(), RangeError, "not needed");
});

test("AsyncResult.cancel() gives false and changes nothing when the task has ended or was cancelled", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(square, [3]);
  await result;
  assert(!result.cancel());
  assertEquals(await result.get(), 9);
  const cancelled = pool.applyAsync(sleep, [60_000]);
  assert(cancelled.cancel("first"));
  assert(!cancelled.cancel("second"));
  assertEquals(await cancelled.catch((reason) => reason), "first");
});

test("AsyncResult.cancel() replaces the worker when the task does not give way within killGrace", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const begun = `${scratch()}/begun`;
  const result = pool.applyAsync(spin, [begun]);
  await until(() => lines(begun).length === 1, "the task has begun");
  assert(result.cancel("enough"));
  assertEquals(await result.catch((reason) => reason), "enough");
  assertNotEquals(`${await pool.apply(pid)}`, lines(begun)[0]);
});

test("AsyncResult.cancel() ends all chunks of a map", async () => {
  await using pool = new Pool(2, { killGrace: 50 });
  const result = pool.mapAsync(sleep, [60_000, 60_000, 60_000, 60_000], { chunksize: 1 });
  assert(result.cancel("enough"));
  assertEquals(await result.catch((reason) => reason), "enough");
  assertEquals(await pool.map(square, [1, 2]), [1, 4]);
});

test("AsyncResult.cancel() of a map stops chunks between items that take their time, and the worker is kept", async () => {
  await using pool = new Pool(1, { killGrace: 60_000 });
  const path = `${scratch()}/pids`;
  const items = Array.from({ length: 1000 }, () => [path, 100] as [string, number]);
  const result = pool.mapAsync(jotAndSleep, items, { chunksize: 1000 });
  await until(() => lines(path).length >= 2, "the chunk has begun");
  result.cancel();
  assertEquals(`${await pool.apply(pid)}`, lines(path)[0]);
  assert(lines(path).length < 1000);
});

test("AsyncResult.cancel() does not hold the program for killGrace when the task has given way", async () => {
  const { code, stdout } = await run("pool/_programs/audit_grace.ts", { args: [scratch()] });
  assertEquals([code, stdout], [0, "AbortError\n"]);
});

test("AsyncResult.cancel() calls errorCallback with the reason", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const called: unknown[] = [];
  const result = pool.applyAsync(sleep, [60_000], { errorCallback: (error) => called.push(error) });
  result.cancel("enough");
  await result.catch(() => {});
  assertEquals(called, ["enough"]);
});

test("AsyncResult is refused as an argument of a task", async () => {
  const pool = pools.of(1);
  const result = pool.applyAsync(square, [3]);
  await assertRejects(() => pool.apply(identity<unknown>, [result]), SerializationError, "an AsyncResult");
  await deadline(result, 5_000);
});

test("AsyncResult keeps the value and not the arguments", async () => {
  const { code, stdout } = await run("pool/_programs/audit_kept.ts");
  assertEquals([code, stdout], [0, "40 not kept\n"]);
});

test("AsyncResult raises no unhandled rejection when nobody observes a failure", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/unobserved.ts");
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "goes on 9\n", stderr: "" });
});

test("AsyncResult raises an unhandled rejection when a promise made of it fails and nobody handles that", async () => {
  const { code, stderr } = await run("pool/_programs/unhandled.ts");
  assertEquals(code, 1);
  assert(stderr.includes("wrong kind"), stderr);
});

noLeaks(() => pools.end());
