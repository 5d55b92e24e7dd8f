import { Pool, Process, Queue, SharedArray } from "../../mod.ts";
import { fill, move, tellArray } from "./_fixtures/value_ways.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

type Any = number | bigint | boolean;
/** An array whose typecode is known at run time only. */
const AnyArray = SharedArray as unknown as new (typecode: string, content: unknown) => SharedArray<Any>;

/** Items of every typecode, the least and the largest among them. */
const ITEMS: Record<string, Any[]> = {
  b: [-128, 0, 127],
  B: [0, 255],
  h: [-32_768, 32_767],
  H: [0, 65_535],
  i: [-(2 ** 31), 2 ** 31 - 1],
  I: [0, 2 ** 32 - 1],
  l: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  L: [0, Number.MAX_SAFE_INTEGER],
  q: [-(2n ** 63n), 0n, 2n ** 63n - 1n],
  Q: [0n, 2n ** 64n - 1n],
  f: [0.5, -Infinity, NaN],
  d: [0.1, -0, Infinity, NaN, Number.MAX_VALUE],
  "?": [true, false, true],
};

test("new SharedArray() of a size holds so many 0, 0n or false", async () => {
  for (const [code, [first]] of Object.entries(ITEMS)) {
    const zero = typeof first === "bigint" ? 0n : typeof first === "boolean" ? false : 0;
    const array = new AnyArray(code, 3);
    assertEquals([array.length, await array.slice(), await array.get(2)], [3, [zero, zero, zero], zero]);
  }
  const none = new SharedArray("i", 0);
  assertEquals([none.length, await none.slice()], [0, []]);
});

test("new SharedArray() holds the items of any iterable, in their order, by every typecode", async () => {
  for (const [code, items] of Object.entries(ITEMS)) assertEquals(await new AnyArray(code, items).slice(), items, code);
  assertEquals(await new SharedArray("i", new Set([3, 1, 2])).slice(), [3, 1, 2]);
  assertEquals(await new SharedArray("d", Float64Array.of(0.5, 1.5)).slice(), [0.5, 1.5]);
  assertEquals(await new SharedArray("H", [7, 8, 9].values()).slice(), [7, 8, 9]);
  assertEquals(await new SharedArray("i", []).slice(), []);
});

test("new SharedArray() throws a TypeError when there is no such typecode, neither size nor items are given, or an item is of another kind", () => {
  assertThrows(() => new AnyArray("c", 1), TypeError, '"c" is no typecode');
  for (const content of [undefined, null, {}, "12", true, 1n]) {
    assertThrows(() => new AnyArray("i", content), TypeError);
  }
  for (const [code, item] of [["i", 1.5], ["i", 1n], ["q", 1], ["?", 1], ["d", "1"], ["d", undefined]] as const) {
    assertThrows(() => new AnyArray(code, [item]), TypeError, String(item));
  }
});

test("new SharedArray() throws a RangeError when the size is no length, or an item is out of the typecode's range", () => {
  for (const size of [-1, 1.5, NaN, Infinity, 2 ** 32]) assertThrows(() => new SharedArray("i", size), RangeError);
  assertThrows(() => new SharedArray("b", [1, 128]), RangeError, "128 is out of the range of typecode b");
});

test("SharedArray.get() gives what was set last at that index, by whichever process", async () => {
  const array = new SharedArray("i", [1, 2, 3]);
  await array.set(1, 20);
  assertEquals([await array.get(0), await array.get(1), await array.get(2)], [1, 20, 3]);
  assertEquals(await new Process({ target: fill, args: [array, 2, 3] }).start().join(), 0);
  assertEquals(await array.slice(), [1, 20, 4]);
});

test("SharedArray.get() and SharedArray.set() reject with a RangeError when there is no such index", async () => {
  const array = new SharedArray("i", [1, 2]);
  for (const index of [-1, 2, 0.5, NaN, Infinity, "0" as never, undefined as never]) {
    await assertRejects(() => array.get(index), RangeError, "is not from 0 to 1");
    await assertRejects(() => array.set(index, 5), RangeError, "is not from 0 to 1");
  }
  assertEquals(await array.slice(), [1, 2]);
});

test("SharedArray.set() rejects what does not fit with a RangeError, what is of another kind with a TypeError, and nothing changes", async () => {
  const array = new SharedArray("B", [1]);
  for (const wrong of [256, -1, 2 ** 40]) await assertRejects(() => array.set(0, wrong), RangeError);
  for (const wrong of [1.5, NaN, 1n, "1", true, undefined]) {
    await assertRejects(() => array.set(0, wrong as number), TypeError);
  }
  assertEquals(await array.get(0), 1);
});

test("SharedArray.slice() gives the parts that Array.prototype.slice() gives, also where the start or the end counts from the end or is not there", async () => {
  const items = [10, 20, 30, 40, 50];
  const array = new SharedArray("i", items);
  const bounds = [undefined, -9, -2, 0, 1, 3, 5, 9, Infinity, -Infinity];
  for (const start of bounds) {
    for (const end of bounds) assertEquals(await array.slice(start, end), items.slice(start, end), `${start}, ${end}`);
  }
  assertEquals(await array.slice(NaN, 2.9), [10, 20]);
});

test("SharedArray.slice() gives a copy", async () => {
  const array = new SharedArray("i", [1, 2]);
  const copy = await array.slice();
  copy[0] = 9;
  assertEquals(await array.get(0), 1);
  await array.set(1, 8);
  assertEquals(copy, [9, 2]);
});

test("SharedArray.slice() gives a million items in another process", async () => {
  const array = new SharedArray("d", Array.from({ length: 1_000_000 }, (_, n) => n / 2));
  const back = new Queue<unknown>();
  const child = new Process({ target: tellArray, args: [array as SharedArray<Any>, back] }).start();
  const [, length, first, items] = await back.get() as [string, number, number, number[]];
  assertEquals([length, first, items.length, await child.join()], [1_000_000, 0, 1_000_000, 0]);
  assert(items.every((item, n) => item === n / 2));
});

test("SharedArray.length is known at once, here and in another process", async () => {
  const back = new Queue<unknown>();
  for (const content of [4, [1, 2, 3]]) {
    const array = new SharedArray("i", content);
    const child = new Process({ target: tellArray, args: [array as SharedArray<Any>, back] }).start();
    const [, length] = await back.get() as [string, number];
    assertEquals([array.length, length, await child.join()], [length, typeof content === "number" ? 4 : 3, 0]);
  }
});

test("SharedArray.getLock() gives an RLock, the same one in each process: what several change together belongs together", async () => {
  const array = new SharedArray("i", [100, 0]);
  const children = [1, 2, 3].map(() => new Process({ target: move, args: [array, 25] }).start());
  await move(array, 25);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await array.slice(), [0, 100]);
  assertStrictEquals(array.getLock(), array.getLock());
});

test("SharedArray is filled by several processes at the same time", async () => {
  const array = new SharedArray("i", 100);
  const children = [0, 25, 50].map((from) => new Process({ target: fill, args: [array, from, from + 25] }).start());
  await fill(array, 75, 100);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await array.slice(), Array.from({ length: 100 }, (_, n) => n * n));
});

test("SharedArray arrives as a SharedArray with its typecode, and as the owner's own object at its owner", async () => {
  const back = new Queue<unknown>();
  await using pool = new Pool(1);
  for (const [code, items] of Object.entries(ITEMS)) {
    const array = new AnyArray(code, items);
    await pool.apply(tellArray, [array, back]);
    assertEquals(await back.get(), ["SharedArray", items.length, items[0], items]);
    await back.put([array]);
    assertStrictEquals((await back.get() as unknown[])[0], array);
  }
});

noLeaks();
