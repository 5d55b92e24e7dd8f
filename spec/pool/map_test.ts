import { ClosedError, Pool, SerializationError, TargetError } from "../../mod.ts";
import { add, identity, square } from "../_support/arithmetic.ts";
import { squareUnlessTens } from "./_fixtures/failing.ts";
import { lines, mark } from "../_support/scratch.ts";
import { block, hold, jot, orHold, pid } from "../_support/waiting.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

const HUNDRED = Array.from({ length: 100 }, (_, n) => n + 1);

test("Pool.map() resolves to the values in the order of the items", async () => {
  const pool = pools.of(2);
  assertEquals(await pool.map(square, [3, 1, 2]), [9, 1, 4]);
  assertEquals(await pool.map(square, HUNDRED), HUNDRED.map(square));
});

test("Pool.map() keeps the order of the items when the first of them take longest", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const held = [`${folder}/begun`, `${folder}/gate`] as [string, string];
  const result = pool.starmapAsync(hold, [held, [`${folder}/other`, folder]], { chunksize: 1 });
  await until(() => lines(`${folder}/other`).length === 1, "the second item has begun");
  mark(`${folder}/gate`);
  const [first, second] = await result;
  assertEquals([[`${first}`], [`${second}`]], [lines(`${folder}/begun`), lines(`${folder}/other`)]);
});

test("Pool.map() takes any iterable", async () => {
  const pool = pools.of(2);
  assertEquals(await pool.map(square, new Set([1, 2])), [1, 4]);
  assertEquals(await pool.map(square, HUNDRED.values()), HUNDRED.map(square));
  assertEquals(await pool.map(identity, "añb"), ["a", "ñ", "b"]);
});

test("Pool.map() resolves to the empty list when there are no items", async () => {
  const pool = pools.of(2);
  assertEquals(await pool.map(square, []), []);
  assertEquals(await pool.map(square, [], { chunksize: 5 }), []);
  assertEquals(await pool.starmap(add, []), []);
});

test("Pool.map() takes one item, and fewer items than workers", async () => {
  await using pool = new Pool(3);
  assertEquals(await pool.map(square, [5]), [25]);
  assertEquals(await pool.map(square, [5, 6]), [25, 36]);
});

test("Pool.map() takes the holes of a sparse array as undefined", async () => {
  const pool = pools.of(2);
  // deno-lint-ignore no-sparse-arrays
  const items = [1, , 3, , ,];
  assertEquals(await pool.map(identity<unknown>, items, { chunksize: 2 }), [1, undefined, 3, undefined, undefined]);
});

test("Pool.map() calls the function with the item alone", async () => {
  const pool = pools.of(1);
  assertEquals(await pool.map(add as (n: number) => number, [1]), [NaN]);
});

test("Pool.map() gives the same for every chunksize", async () => {
  const pool = pools.of(2);
  for (const chunksize of [1, 3, 7, 100, 1000]) {
    assertEquals(await pool.map(square, HUNDRED, { chunksize }), HUNDRED.map(square));
  }
});

test("Pool.map() hands a worker chunksize items at once", async () => {
  await using pool = new Pool(2);
  const pids = await pool.starmap(block, HUNDRED.map(() => [1]), { chunksize: 10 });
  for (let at = 0; at < 100; at += 10) assertEquals(new Set(pids.slice(at, at + 10)).size, 1);
});

test("Pool.map() makes four chunks for each worker when chunksize is not given", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  // 17 items in chunks of ceil(17 / 8) = 3: while two are held, the rest of their chunks has not begun.
  const items = Array.from({ length: 17 }, (_, n) => [`${folder}/${n}`, `${folder}/gate`] as [string, string]);
  const result = pool.starmapAsync(hold, items);
  const begun = () => items.map((_, n) => n).filter((n) => lines(`${folder}/${n}`).length > 0);
  await until(() => begun().length === 2, "two chunks have begun");
  assertEquals(begun(), [0, 3]);
  mark(`${folder}/gate`);
  assertEquals((await result).length, 17);
});

test("Pool.map() rejects with a RangeError when chunksize is below 1 and a TypeError when it is not whole", async () => {
  const pool = pools.of(1);
  await assertRejects(() => pool.map(square, [1], { chunksize: 0 }), RangeError, "at least 1");
  await assertRejects(() => pool.map(square, [1], { chunksize: -1 }), RangeError, "at least 1");
  await assertRejects(() => pool.map(square, [1], { chunksize: 1.5 }), TypeError, "whole number");
  await assertRejects(() => pool.map(square, [1], { chunksize: "2" as never }), TypeError, "whole number");
});

test("Pool.map() rejects with a TypeError when the items are not iterable", async () => {
  const pool = pools.of(1);
  await assertRejects(() => pool.map(square, 3 as never), TypeError, "not iterable");
  await assertRejects(() => pool.map(square, undefined as never), TypeError, "not iterable");
});

test("Pool.map() rejects with the error of the input when the input throws, and the pool goes on", async () => {
  const pool = pools.of(1);
  function* broken(): Generator<number> {
    yield 1;
    throw new RangeError("input broke");
  }
  await assertRejects(() => pool.map(square, broken()), RangeError, "input broke");
  assertEquals(await pool.map(square, [2]), [4]);
});

test("Pool.map() rejects with the error of the first item that fails, whatever failed first", async () => {
  const pool = pools.of(2);
  for (const chunksize of [1, 4, 100]) {
    await assertRejects(() => pool.map(squareUnlessTens, HUNDRED, { chunksize }), RangeError, "not 10");
    await assertRejects(() => pool.map(squareUnlessTens, HUNDRED.toReversed(), { chunksize }), RangeError, "not 100");
  }
});

test("Pool.map() rejects after all chunks have ended when an item fails", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const result = pool.mapAsync(orHold, <string[][]> [["fail"], [`${folder}/begun`, `${folder}/gate`]], {
    chunksize: 1,
  });
  await until(() => lines(`${folder}/begun`).length === 1, "the other item has begun");
  await pool.apply(pid); // the failed item's worker is free again
  assert(!result.ready());
  mark(`${folder}/gate`);
  await assertRejects(() => result.get(), RangeError, "asked to fail");
});

test("Pool.map() rejects with the path among all items when an item cannot cross", async () => {
  const pool = pools.of(2);
  const items = HUNDRED.map((n) => n === 42 ? { n: Symbol("n") } : { n });
  const error = await assertRejects(() => pool.map(identity<unknown>, items, { chunksize: 10 }), SerializationError);
  assertEquals(error.path, "items[41].n");
});

test("Pool.map() rejects with a ClosedError when the pool is closed, and a TargetError for a closure", async () => {
  const pool = new Pool(1);
  await assertRejects(() => pool.map(() => 1, [1]), TargetError);
  pool.close();
  await assertRejects(() => pool.map(square, [1]), ClosedError);
  await pool.join();
});

test("Pool.map() serves many callers at once", async () => {
  const pool = pools.of(2);
  const maps = await Promise.all(HUNDRED.map((n) => pool.map(square, [n, n + 1])));
  assertEquals(maps, HUNDRED.map((n) => [n * n, (n + 1) ** 2]));
});

test("Pool.map() carries a million numbers", async () => {
  const pool = pools.of(2);
  const values = await pool.map(square, {
    *[Symbol.iterator]() {
      for (let n = 0; n < 1_000_000; n++) yield n;
    },
  });
  assertEquals(values.length, 1_000_000);
  assert(values.every((value, n) => value === n * n));
});

test("Pool.mapAsync() throws at the call what Pool.map() rejects with at once", async () => {
  const pool = new Pool(1);
  assertThrows(() => pool.mapAsync(square, [1], { chunksize: 0 }), RangeError);
  assertThrows(() => pool.mapAsync(square, 3 as never), TypeError);
  assertThrows(() => pool.mapAsync(() => 1, [1]), TargetError);
  pool.close();
  assertThrows(() => pool.mapAsync(square, [1]), ClosedError);
  await pool.join();
});

test("Pool.mapAsync() calls callback once with the list of all values", async () => {
  const pool = pools.of(2);
  const called: unknown[] = [];
  await pool.mapAsync(square, [1, 2, 3], { chunksize: 1, callback: (values) => called.push(values) });
  await pool.mapAsync(square, [], { callback: (values) => called.push(values) });
  assertEquals(called, [[1, 4, 9], []]);
});

test("Pool.mapAsync() calls errorCallback once when items fail", async () => {
  const pool = pools.of(2);
  const called: string[] = [];
  const options = { chunksize: 1, errorCallback: (error: Error) => called.push(error.message) };
  await assertRejects(() => pool.mapAsync(squareUnlessTens, HUNDRED, options).get(), RangeError);
  assertEquals(called, ["not 10"]);
});

test("Pool.mapAsync() calls callback with the empty list when there are no items", async () => {
  const pool = pools.of(1);
  const called: unknown[] = [];
  const callback = (values: unknown) => void called.push(values);
  const results = [pool.mapAsync(square, [], { callback }), pool.starmapAsync(square, [], { callback })];
  assertEquals([await Promise.all(results), called], [[[], []], [[], []]]);
});

test("Pool.starmap() calls the function with the parts of each item", async () => {
  const pool = pools.of(2);
  assertEquals(await pool.starmap(add, [[1, 2], [3, 4, { plus: 10 }]]), [3, 17]);
  assertEquals(await pool.starmap(add, new Map([[1, 2], [3, 4]])), [3, 7]);
});

test("Pool.starmap() rejects with a TypeError when an item is not iterable", async () => {
  const pool = pools.of(1);
  await assertRejects(() => pool.starmap(add, [[1, 2], 3 as never]), TypeError);
  assertEquals(await pool.starmap(add, [[1, 2]]), [3]);
});

test("Pool.starmapAsync() calls callback with the list of all values", async () => {
  const pool = pools.of(2);
  let called: unknown;
  await pool.starmapAsync(add, [[1, 2], [3, 4]], { callback: (values) => called = values });
  assertEquals(called, [3, 7]);
});

test("Pool.starmapAsync() runs every item once", async () => {
  const pool = pools.of(2);
  const path = `${scratch()}/jots`;
  await pool.starmapAsync(jot, HUNDRED.map((n) => [path, n] as [string, number]));
  assertEquals(lines(path).map(Number).sort((a, b) => a - b), HUNDRED);
});

noLeaks(() => pools.end());
