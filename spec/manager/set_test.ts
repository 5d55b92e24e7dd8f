import { Manager, Process, SerializationError } from "../../mod.ts";
import { addAll } from "./_fixtures/ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases; its process starts with the first object. */
const manager = new Manager();

test("Manager.set() makes an empty set, or one of anything iterable", async () => {
  const sets = [manager.set(), manager.set([1, 2, 1]), manager.set("aba")];
  assertEquals(await Promise.all(sets.map((set) => set.values())), [[], [1, 2], ["a", "b"]]);
  for (const given of [3, null, {}]) assertThrows(() => manager.set(given as never), TypeError, "not iterable");
  assertThrows(() => manager.set([() => 1]), SerializationError);
});

test("SetProxy.add() adds what is not there, in its order", async () => {
  const set = manager.set<unknown>();
  for (const member of ["b", "a", "b", 1, "1", undefined, NaN, NaN, -0, 0]) await set.add(member);
  assertEquals(await set.values(), ["b", "a", 1, "1", undefined, NaN, 0]);
  await assertRejects(() => set.add(Symbol("s")), SerializationError, "member");
});

test("SetProxy has members that are objects equal when they hold the same in the same order", async () => {
  const set = manager.set<unknown>([[1], [1], { a: 1, b: 2 }, { b: 2, a: 1 }]);
  assertEquals([await set.size(), await set.has([1]), await set.has([2])], [3, true, false]);
  const list = manager.list();
  await set.add(list);
  await set.add(list);
  assertEquals([await set.size(), await set.has(list), await set.has(manager.list())], [4, true, false]);
});

test("SetProxy.has(), delete(), clear() and size() do as those of Set", async () => {
  const set = manager.set([1, 2]);
  assertEquals([await set.has(1), await set.delete(1), await set.delete(1), await set.has(1)], [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(await set.size(), 1);
  await set.clear();
  assertEquals([await set.size(), await set.values()], [0, []]);
});

test("SetProxy.union(), intersection() and difference() give plain sets, and change nothing", async () => {
  const set = manager.set([1, 2, 3]);
  for (const other of [[3, 4, 4], new Set([3, 4]), manager.set([3, 4])]) {
    assertEquals(await set.union(other), new Set([1, 2, 3, 4]));
    assertEquals(await set.intersection(other), new Set([3]));
    assertEquals(await set.difference(other), new Set([1, 2]));
  }
  assertEquals(await set.values(), [1, 2, 3]);
  await assertRejects(() => set.union(3 as never), TypeError, "not iterable");
});

test("SetProxy.intersection() compares objects by what they hold", async () => {
  const set = manager.set([[1], [2]]);
  assertEquals([...await set.intersection([[2], [3]])], [[2]]);
  assertEquals((await set.union([[2]])).size, 2);
});

test("SetProxy[Symbol.asyncIterator]() goes over the members as they are when it begins", async () => {
  const set = manager.set([1, 2]);
  const seen: number[] = [];
  for await (const member of set) {
    seen.push(member);
    await set.add(member + 10);
  }
  assertEquals([seen, await set.size()], [[1, 2], 4]);
});

test("SetProxy is the same for all processes", async () => {
  const set = manager.set<number>();
  const parts = [[1, 2], [2, 3], [3, 1]];
  const children = parts.map((part) => new Process({ target: addAll, args: [set, part] }).start());
  assertEquals(await Promise.all(children.map((child) => child.join())), [0, 0, 0]);
  assertEquals((await set.values()).sort(), [1, 2, 3]);
  const holder = manager.list<unknown>([set]);
  assert(await holder.get(0) === set);
});

noLeaks(() => manager[Symbol.asyncDispose]());
