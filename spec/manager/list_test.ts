import { Manager, Process, SerializationError } from "../../mod.ts";
import { pushAndReturn, pushOnto } from "./_fixtures/ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases; its process starts with the first object. */
const manager = new Manager();

test("Manager.list() makes an empty list, or one of the items of anything iterable", async () => {
  const lists = [manager.list(), manager.list([1, 2]), manager.list(new Set([1, 2])), manager.list("ab")];
  assertEquals(await Promise.all(lists.map((list) => list.toArray())), [[], [1, 2], [1, 2], ["a", "b"]]);
});

test("Manager.list() throws at the call when what it is given is not iterable, or an item cannot cross", () => {
  for (const given of [3, null, {}]) assertThrows(() => manager.list(given as never), TypeError, "not iterable");
  const error = assertThrows(() => manager.list([1, [() => 1]]), SerializationError);
  assertEquals(error.path, "items[1][0]");
});

test("ListProxy.get() gives the item at an index, from the end when it is negative, and undefined where there is none", async () => {
  const list = manager.list(["a", "b", "c"]);
  const indices = [0, 2, -1, -3, 3, -4];
  assertEquals(await Promise.all(indices.map((at) => list.get(at))), ["a", "c", "c", "a", undefined, undefined]);
  await assertRejects(() => list.get(0.5), TypeError, "index is not a whole number");
});

test("ListProxy.set() puts another item in the place of one, and rejects with a RangeError where there is none", async () => {
  const list = manager.list(["a", "b"]);
  await list.set(0, "x");
  await list.set(-1, "y");
  assertEquals(await list.toArray(), ["x", "y"]);
  for (const index of [2, -3]) await assertRejects(() => list.set(index, "z"), RangeError, "it has 2 items");
});

test("ListProxy.push() adds items at the end in their order, and gives how many there are", async () => {
  const list = manager.list<unknown>([1]);
  assertEquals([await list.push(2, undefined), await list.push()], [3, 3]);
  assertEquals(await list.toArray(), [1, 2, undefined]);
});

test("ListProxy.push() of several processes loses nothing", async () => {
  const list = manager.list<number>();
  const children = [0, 1, 2].map(() => new Process({ target: pushAndReturn, args: [list, 100] }).start());
  assertEquals(await Promise.all(children.map((child) => child.join())), [0, 0, 0]);
  const items = await list.toArray();
  assertEquals(items.sort((a, b) => a - b), Array.from({ length: 300 }, (_, n) => Math.floor(n / 3)));
});

test("ListProxy.pop() takes the last item, or the one at an index, and gives it", async () => {
  const list = manager.list([1, 2, 3, 4]);
  assertEquals([await list.pop(), await list.pop(0), await list.pop(-1)], [4, 1, 3]);
  assertEquals(await list.toArray(), [2]);
});

test("ListProxy.pop() gives undefined when the list is empty, and rejects with a RangeError when there is no item at the index", async () => {
  const list = manager.list();
  assertEquals(await list.pop(), undefined);
  await assertRejects(() => list.pop(0), RangeError, "none at 0");
});

test("ListProxy.insert() puts an item before the one at an index, at an end when that lies beyond", async () => {
  const list = manager.list(["b"]);
  await list.insert(0, "a");
  await list.insert(99, "d");
  await list.insert(-1, "c");
  await list.insert(-99, "start");
  assertEquals(await list.toArray(), ["start", "a", "b", "c", "d"]);
});

test("ListProxy.remove() takes out the first item that is equal, and rejects with a RangeError when there is none", async () => {
  const list = manager.list<unknown>([1, [2], 1, [2]]);
  await list.remove([2]);
  assertEquals(await list.toArray(), [1, 1, [2]]);
  await assertRejects(() => list.remove("1"), RangeError, "the item is not there");
});

test("ListProxy.includes() and indexOf() find what is equal: primitives as Map has it, objects by what they hold", async () => {
  const list = manager.list<unknown>([1, "1", NaN, -0, { a: [1] }, undefined, 1]);
  const looked = [1, "1", NaN, { a: [1] }, undefined, null, { a: [2] }];
  assertEquals(await Promise.all(looked.map((item) => list.indexOf(item))), [0, 1, 2, 4, 5, -1, -1]);
  assertEquals([await list.indexOf(1, 1), await list.indexOf(1, -1), await list.indexOf(1, 9)], [6, 6, -1]);
  assertEquals([await list.includes("1"), await list.includes("1", 2), await list.includes(null)], [
    true,
    false,
    false,
  ]);
  assertEquals([await list.includes(0), await list.includes(-0)], [true, true]);
});

test("ListProxy.length() counts the items", async () => {
  const list = manager.list([1, 2]);
  assertEquals([await list.length(), await list.push(3), await list.length()], [2, 3, 3]);
});

test("ListProxy.slice() gives items as Array.slice does", async () => {
  const items = [0, 1, 2, 3, 4];
  const list = manager.list(items);
  for (const bounds of [[], [1], [1, 3], [-2], [-3, -1], [3, 1], [9], [0, Infinity]] as [number?, number?][]) {
    assertEquals(await list.slice(...bounds), items.slice(...bounds));
  }
});

test("ListProxy.splice() takes items out, puts others there, and gives those taken out, as Array.splice does", async () => {
  const calls: [number, number?, ...string[]][] = [[1, 1], [1], [0, 0, "x", "y"], [-1, 5, "z"], [9, 1, "end"], [2, -1]];
  for (const call of calls) {
    const [start, count, ...items] = call;
    const array = ["a", "b", "c", "d"];
    const list = manager.list(array);
    const removed = count === undefined ? array.splice(start) : array.splice(start, count, ...items);
    assertEquals([await list.splice(...call), await list.toArray()], [removed, array]);
  }
});

test("ListProxy.extend() adds all items of anything iterable, many at once as well", async () => {
  const list = manager.list<number>();
  await list.extend(new Set([1, 2]));
  await list.extend(Array.from({ length: 200_000 }, (_, n) => n));
  assertEquals([await list.length(), await list.get(-1)], [200_002, 199_999]);
  assertEquals((await list.splice(2)).length, 200_000);
  await assertRejects(() => list.extend(3 as never), TypeError, "not iterable");
});

test("ListProxy.sort() sorts numbers by size, texts by code units, dates by time, and lists by their first items that differ", async () => {
  const [early, late] = [new Date(1), new Date(2)];
  const lists: [unknown[], unknown[]][] = [
    [[10, 9, 1, -1, 2n, 1.5], [-1, 1, 1.5, 2n, 9, 10]],
    [["b", "a", "B", "ä", ""], ["", "B", "a", "b", "ä"]],
    [[late, early], [early, late]],
    [[[2, "a"], [1, "b"], [1, "a"], [1]], [[1], [1, "a"], [1, "b"], [2, "a"]]],
    [[true, false], [false, true]],
    [[3, NaN, 1], [1, 3, NaN]],
    [[], []],
  ];
  for (const [given, sorted] of lists) {
    const list = manager.list(given);
    await list.sort();
    assertEquals(await list.toArray(), sorted);
  }
});

test("ListProxy.sort() rejects with a TypeError when items have no order, and the list is as it was", async () => {
  for (const given of [[2, "1"], [{ a: 1 }, { a: 0 }], [1, undefined], [null, null], [[2], [1], "a"]] as unknown[][]) {
    const list = manager.list(given);
    await assertRejects(() => list.sort(), TypeError, "have no order");
    assertEquals(await list.toArray(), given);
  }
});

test("ListProxy.reverse() turns the order round", async () => {
  const list = manager.list([1, 2, 3]);
  await list.reverse();
  assertEquals(await list.toArray(), [3, 2, 1]);
});

test("ListProxy.toArray() gives copies of the items, large ones as well", async () => {
  const list = manager.list<unknown>([
    [1],
    new Uint8Array(3_000_000).fill(7),
    new Uint8Array([1, 2]),
    "x".repeat(50_000),
  ]);
  const [first, bytes, few, text] = await list.toArray() as [number[], Uint8Array, Uint8Array, string];
  first.push(2);
  assertEquals([bytes.length, bytes.at(-1), [...few], text.length], [3_000_000, 7, [1, 2], 50_000]);
  assertEquals(await list.get(0), [1]);
});

test("ListProxy[Symbol.asyncIterator]() goes over the items as they are when it begins", async () => {
  const list = manager.list([1, 2]);
  const seen: number[] = [];
  for await (const item of list) {
    seen.push(item);
    await list.push(item + 10);
  }
  assertEquals([seen, await list.toArray()], [[1, 2], [1, 2, 11, 12]]);
});

test("ListProxy holds lists of the manager's as they are, and plain ones as copies", async () => {
  const inner = manager.list([1]);
  const outer = manager.list<unknown>([inner, [1]]);
  const child = new Process({ target: pushOnto, args: [inner as never, 2] }).start();
  assertEquals(await child.join(), 0);
  const [same, plain] = await outer.toArray() as [typeof inner, number[]];
  plain.push(2);
  assert(same === inner);
  assertEquals([await same.toArray(), await outer.get(1)], [[1, 2], [1]]);
});

noLeaks(() => manager[Symbol.asyncDispose]());
