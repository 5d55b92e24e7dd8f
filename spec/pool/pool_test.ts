import { AsyncLocalStorage } from "node:async_hooks";
import process from "node:process";
import { ClosedError, cpuCount, inline, Pool, SerializationError, TargetError } from "../../mod.ts";
import { add, identity, square } from "../_support/arithmetic.ts";
import { throwTypeError } from "./_fixtures/failing.ts";
import { squareBelow } from "./_fixtures/nested.ts";
import { lines, mark } from "../_support/scratch.ts";
import { hold, pid, sleep } from "../_support/waiting.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { deadline, delay, until } from "../_support/async.ts";
import { children, run } from "../_support/system.ts";
import { scratch } from "../_support/folder.ts";
import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

test("new Pool() throws a RangeError when processes is below 1 or above 65 536", () => {
  assertThrows(() => new Pool(0), RangeError, "at least 1");
  assertThrows(() => new Pool(-1), RangeError, "at least 1");
  assertThrows(() => new Pool({ processes: 0 }), RangeError, "at least 1");
  assertThrows(() => new Pool(65_537), RangeError, "at most 65536");
  assertThrows(() => new Pool(Number.MAX_SAFE_INTEGER), RangeError, "at most 65536");
});

test("new Pool() throws a TypeError when processes is not a whole number", () => {
  for (const processes of [1.5, NaN, Infinity, "2", true]) {
    assertThrows(() => new Pool(processes as number), TypeError, "whole number");
    assertThrows(() => new Pool({ processes: processes as number }), TypeError, "whole number");
  }
});

test("new Pool() throws a TypeError when initargs is not an array or initializer is not a function", () => {
  assertThrows(() => new Pool(1, { initargs: 3 as never }), TypeError, "initargs");
  assertThrows(() => new Pool(1, { initializer: 3 as never }), TypeError, "not a function");
});

test("new Pool() throws a TypeError that names the option when another option is of the wrong kind", () => {
  const wrong = {
    name: 3,
    env: { ONE: 1 },
    cwd: 3,
    permissions: "all",
    runtimeArgs: "--smol",
    killGrace: NaN,
    maxRestarts: "3",
  };
  for (const [option, value] of Object.entries(wrong)) {
    assertThrows(() => new Pool(1, { [option]: value }), TypeError, `${option} is not`);
  }
  assertThrows(
    () => new Pool(1, 3 as never),
    TypeError,
    "Cannot make pool: the options are not an object, did you mean { processes: 3 }?",
  );
});

test("new Pool() throws a TargetError when the initializer is bound", () => {
  assertThrows(() => new Pool(1, { initializer: square.bind(null, 2) }), TargetError, "it is bound");
});

test("new Pool() throws a SerializationError when initargs cannot cross", () => {
  const error = assertThrows(
    () => new Pool(1, { initializer: identity, initargs: [[Symbol("x")]] }),
    SerializationError,
  );
  assertEquals(error.path, "initargs[0][0]");
});

test("new Pool() starts as many workers as its argument or its option says", async () => {
  for (
    const make of [() => new Pool(3), () => new Pool({ processes: 3 }), () => new Pool(undefined, { processes: 3 })]
  ) {
    await using pool = make();
    const folder = scratch();
    const results = [1, 2, 3].map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
    await until(() => children().length === 3, "there are three workers");
    mark(`${folder}/gate`);
    await Promise.all(results);
    assertEquals(children().length, 3);
  }
});

test("new Pool() starts cpuCount() workers when nothing is said", async () => {
  await using pool = new Pool();
  await pool.apply(pid);
  await until(() => children().length === cpuCount(), "there are as many workers as processors");
});

test("new Pool() is refused as an argument of a task", async () => {
  await using pool = new Pool(1);
  const error = await assertRejects(() => pool.apply(identity, [{ pool }]), SerializationError, "a Pool");
  assertEquals(error.path, "args[0].pool");
});

test("Pool.apply() resolves to the value that another process has computed", async () => {
  await using pool = new Pool(1);
  assertEquals(await pool.apply(square, [7]), 49);
  assertNotEquals(await pool.apply(pid), process.pid);
});

test("Pool.apply() passes kwargs as one last argument", async () => {
  const pool = pools.of(1);
  assertEquals(await pool.apply(add, [1, 2], { kwargs: { plus: 10 } }), 13);
  assertEquals(await pool.apply(add, [1, 2]), 3);
});

test("Pool.apply() resolves to what an async function resolves to", async () => {
  await using pool = new Pool(1);
  assertEquals(typeof await pool.apply(sleep, [1]), "number");
});

test("Pool.apply() resolves to undefined when the function returns nothing", async () => {
  const pool = pools.of(1);
  assertEquals(await pool.apply(identity, [undefined]), undefined);
});

test("Pool.apply() copies its arguments at the call", async () => {
  const pool = pools.of(1);
  const list = [1, 2];
  const result = pool.apply(identity, [list]);
  list.push(3);
  assertEquals(await result, [1, 2]);
});

test("Pool.apply() gives bytes of 64 MiB back as they were", async () => {
  const pool = pools.of(1);
  const sent = new Float64Array(8 * 1024 * 1024).map((_, at) => at);
  const given = await pool.apply(identity, [sent]);
  assert(given instanceof Float64Array);
  assertEquals(given.length, sent.length);
  assert(given.every((value, at) => value === at));
});

test("Pool.apply() passes thousands of byte arrays in one argument", async () => {
  const pool = pools.of(1);
  const list = Array.from({ length: 5_000 }, (_, n) => Uint8Array.of(n));
  assertEquals(await pool.apply(identity, [list]), list);
});

test("Pool.apply() runs an inline function", async () => {
  const pool = pools.of(1);
  assertEquals(await pool.apply(inline((a: number, b: number) => a - b), [5, 3]), 2);
});

test("Pool.apply() rejects with a TypeError when the function is none or args is no array", async () => {
  const pool = pools.of(1);
  await assertRejects(() => pool.apply(3 as never, []), TypeError, "not a function");
  await assertRejects(() => pool.apply(square, 3 as never), TypeError, "args is not an array");
});

test("Pool.apply() rejects with a TargetError when the function is a closure", async () => {
  const pool = pools.of(1);
  await assertRejects(() => pool.apply(() => 1), TargetError, "task(import.meta");
});

test("Pool.apply() rejects with a SerializationError that has the path when an argument cannot cross", async () => {
  const pool = pools.of(1);
  const error = await assertRejects(() => pool.apply(identity, [{ callback: () => 1 }]), SerializationError);
  assertEquals(error.path, "args[0].callback");
  assertEquals(await pool.apply(square, [2]), 4);
});

test("Pool.apply() rejects with a ClosedError when the pool is closed or terminated", async () => {
  await using pool = new Pool(1);
  pool.close();
  await assertRejects(() => pool.apply(square, [2]), ClosedError, "pool is closed");
  await pool.terminate();
  await assertRejects(() => pool.apply(square, [2]), ClosedError, "pool is terminated");
});

test("Pool.apply() runs one task at a time in each worker", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const results = [1, 2, 3, 4].map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
  await until(() => lines(`${folder}/begun`).length >= 2, "two tasks have begun");
  await delay(50);
  assertEquals(lines(`${folder}/begun`).length, 2);
  mark(`${folder}/gate`);
  assertEquals(new Set(await Promise.all(results)).size, 2);
});

test("Pool.apply() leaves no task behind a long one while another worker is idle", async () => {
  await using pool = new Pool(2);
  const numbers = Array.from({ length: 5000 }, (_, n) => n);
  await pool.map(square, numbers, { chunksize: 1 }); // short tasks: many are sent ahead from now on
  const folder = scratch();
  try {
    const long = pool.applyAsync(hold, [`${folder}/begun`, `${folder}/gate`]);
    const short = numbers.slice(0, 50).map((n) => pool.apply(square, [n]));
    await deadline(Promise.all(short), 5_000, "the end of the short tasks");
    assert(!long.ready());
  } finally {
    mark(`${folder}/gate`);
  }
});

test("Pool.apply() works in a task of another pool", async () => {
  const pool = pools.of(2);
  assertEquals(await pool.map(squareBelow, [2, 3]), [4, 9]);
});

test("Pool.apply() keeps several pools apart", async () => {
  await using first = new Pool(1);
  await using second = new Pool(1);
  await using third = new Pool(1);
  const pids = await Promise.all([first, second, third].flatMap((pool) => [pool.apply(pid), pool.apply(pid)]));
  assertEquals([pids[0], pids[2], pids[4]], [pids[1], pids[3], pids[5]]);
  assertEquals(new Set(pids).size, 3);
});

test("Pool.apply() rejects with a TypeError when its options or kwargs are no object", async () => {
  const pool = pools.of(1);
  for (const options of [null, 5, [], { kwargs: null }, { kwargs: "ab" }, { kwargs: [1] }]) {
    await assertRejects(() => pool.apply(add, [1, 2], options as never), TypeError, "Cannot apply");
    assertThrows(() => pool.applyAsync(add, [1, 2], options as never), TypeError, "Cannot applyAsync");
  }
});

test("Pool.applyAsync() throws what can be told at the call", async () => {
  const pool = new Pool(1);
  assertThrows(() => pool.applyAsync(3 as never), TypeError, "not a function");
  assertThrows(() => pool.applyAsync(() => 1), TargetError);
  assertThrows(() => pool.applyAsync(square, [1], { callback: 1 as never }), TypeError, "callback is not a function");
  assertThrows(() => pool.applyAsync(square, [1], { errorCallback: {} as never }), TypeError, "errorCallback");
  assertThrows(() => pool.applyAsync(square, [1], { timeout: "1" as never }), TypeError, "timeout");
  assertThrows(() => pool.applyAsync(square, [1], { signal: 1 as never }), TypeError, "signal");
  pool.close();
  assertThrows(() => pool.applyAsync(square, [1]), ClosedError, "pool is closed");
  await pool.join();
});

test("Pool.applyAsync() gives a result that rejects when an argument cannot cross", async () => {
  const pool = pools.of(1);
  const result = pool.applyAsync(identity, [Symbol("x")]);
  const error = await assertRejects(() => result.get(), SerializationError);
  assertEquals(error.path, "args[0]");
});

test("Pool.applyAsync() calls callback with the value in the calling process when the task has succeeded", async () => {
  await using pool = new Pool(1);
  const called: unknown[] = [];
  const options = {
    callback: (value: number) => called.push(process.pid, value),
    errorCallback: () => called.push("error"),
  };
  await pool.applyAsync(square, [3], options);
  assertEquals(called, [process.pid, 9]);
});

test("Pool.applyAsync() calls errorCallback with the error in the calling process when the task has failed", async () => {
  await using pool = new Pool(1);
  const called: unknown[] = [];
  const result = pool.applyAsync(identity, [() => 1], {
    callback: () => called.push("value"),
    errorCallback: (error) => called.push(process.pid, error),
  });
  const error = await assertRejects(() => result.get(), SerializationError);
  assertEquals(called.length, 2);
  assertEquals(called[0], process.pid);
  assert(called[1] === error);
});

test("Pool.applyAsync() calls back once for each of many tasks", async () => {
  const pool = pools.of(2);
  const seen: number[] = [];
  const results = Array.from(
    { length: 500 },
    (_, n) => pool.applyAsync(identity, [n], { callback: (v) => seen.push(v as number) }),
  );
  await Promise.all(results);
  assertEquals(seen.sort((a, b) => a - b), Array.from({ length: 500 }, (_, n) => n));
});

test("Pool.applyAsync() calls back before what awaits the result goes on", async () => {
  const pool = pools.of(1);
  const told: string[] = [];
  const good = pool.applyAsync(square, [3], { callback: () => void told.push(`back ${good.ready()}`) });
  const bad = pool.applyAsync(identity<unknown>, [() => 1], {
    errorCallback: () => void told.push("error"),
  });
  bad.catch(() => told.push("caught"));
  await good.then(() => told.push("then"));
  assertEquals(told, ["error", "caught", "back true", "then"]);
});

test("Pool.applyAsync() calls back in the asynchronous context of its caller, as MapOptions.onProgress is called", async () => {
  const pool = pools.of(2);
  const context = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const note = (what: string) => () => void seen.push([what, context.getStore()]);
  await context.run("callback", () => pool.applyAsync(square, [3], { callback: note("callback") }));
  const failing = context.run("error", () => pool.applyAsync(throwTypeError, [], { errorCallback: note("error") }));
  await assertRejects(() => failing);
  await context.run("map", () => pool.map(square, [1, 2], { chunksize: 1, onProgress: note("map") }));
  await context.run("imap", async () => {
    for await (const _ of pool.imap(square, [1, 2], { onProgress: note("imap") }));
  });
  assertEquals(seen, ["callback", "error", "map", "map", "imap", "imap"].map((what) => [what, what]));
});

test("Pool.applyAsync() prints what a callback throws or rejects with and goes on", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/callbacks_throw.ts");
  assertEquals(stdout, "4 first failed 9\n");
  assertEquals(code, 0);
  for (const text of ["callback threw", "callback rejected", "errorCallback threw", "errorCallback rejected"]) {
    assertMatch(stderr, new RegExp(`Pool \\w+ failed:[^]*${text}`));
  }
});

noLeaks(() => pools.end());
