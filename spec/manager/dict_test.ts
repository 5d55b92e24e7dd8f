import {
  ConnectError,
  type DictProxy,
  type ListProxy,
  Manager,
  Process,
  Queue,
  SerializationError,
} from "../../mod.ts";
import { leaveOwn, pushInside, setAndReturn, updateTogether } from "./_fixtures/ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";

import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases; its process starts with the first object. */
const manager = new Manager();

test("Manager.dict() makes an empty dict, or one of pairs, of a Map or of an object's properties", async () => {
  const pairs: [string, number][] = [["a", 1], ["b", 2]];
  for (const given of [pairs, new Map(pairs), { a: 1, b: 2 }]) {
    assertEquals(await manager.dict(given as Iterable<[string, number]>).entries(), pairs);
  }
  assertEquals(await manager.dict().entries(), []);
});

test("Manager.dict() throws at the call when what it is given is neither pairs nor an object, or cannot cross", () => {
  for (const given of [3, null, "ab", [1, 2], [["a"]], new Set([1])]) {
    assertThrows(() => manager.dict(given as never), TypeError, "Cannot fill dict");
  }
  const error = assertThrows(() => manager.dict({ a: { f: () => 1 } }), SerializationError);
  assertEquals(error.path, "value.f");
});

test("DictProxy.get() gives the value of a key, and undefined when it is not there", async () => {
  const dict = manager.dict<unknown, unknown>([["a", 1], ["none", undefined]]);
  assertEquals([await dict.get("a"), await dict.get("none"), await dict.get("b")], [1, undefined, undefined]);
});

test("DictProxy.get() gives a copy: who changes it changes nothing in the dict", async () => {
  const dict = manager.dict({ list: [1], bytes: new Uint8Array([1]) as unknown });
  (await dict.get("list") as number[]).push(2);
  (await dict.get("bytes") as Uint8Array)[0] = 9;
  assertEquals([await dict.get("list"), await dict.get("bytes")], [[1], new Uint8Array([1])]);
});

test("DictProxy.set() takes a copy of the value as it is at the call", async () => {
  const dict = manager.dict<string, number[]>();
  const list = [1];
  const setting = dict.set("list", list);
  list.push(2);
  await setting;
  assertEquals(await dict.get("list"), [1]);
});

test("DictProxy.set() replaces the value of a key that is there, which keeps its place", async () => {
  const dict = manager.dict({ a: 1, b: 2 });
  await dict.set("a", 3);
  assertEquals(await dict.entries(), [["a", 3], ["b", 2]]);
});

test("DictProxy.set() takes whatever can cross: undefined, bigints, dates, maps, errors, cycles and odd texts", async () => {
  const dict = manager.dict<string, unknown>();
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const values = [undefined, null, NaN, 1n, new Date(5), new Map([[{ a: 1 }, new Set([2])]]), "\ud800 ü \u0000", [, 1]];
  for (const value of values) {
    await dict.set("value", value);
    assertEquals(await dict.get("value"), value);
  }
  await dict.set("cycle", cycle);
  const given = await dict.get("cycle") as unknown[];
  assert(given[0] === given);
  await dict.set("error", new RangeError("kept", { cause: 1 }));
  const error = await dict.get("error") as Error;
  assertEquals([error instanceof RangeError, error.message, error.cause], [true, "kept", 1]);
});

test("DictProxy.set() takes an array of 64 MiB", async () => {
  const dict = manager.dict<string, Float64Array>();
  const large = new Float64Array(8 * 1024 * 1024).map((_, at) => at);
  await dict.set("large", large);
  const given = (await dict.get("large"))!;
  assertEquals([given.length, given[0], given[5_000_000], given.at(-1)], [
    large.length,
    0,
    5_000_000,
    large.length - 1,
  ]);
  assertEquals((await dict.values())[0]!.length, large.length);
}, { limit: 60_000 });

test("DictProxy.set() rejects with a SerializationError when key or value cannot cross, and the dict is as it was", async () => {
  const dict = manager.dict<unknown, unknown>([["a", 1]]);
  await assertRejects(() => dict.set("b", () => 1), SerializationError, "value");
  await assertRejects(() => dict.set(Symbol("s"), 1), SerializationError, "key");
  await assertRejects(() => dict.get(() => 1), SerializationError, "key");
  await assertRejects(() => dict.update([["c", 1], ["d", Symbol("s")]]), SerializationError, "value");
  assertEquals(await dict.entries(), [["a", 1]]);
});

test("DictProxy.set() that a child did not wait for is done before the child ends", async () => {
  const dict = manager.dict<string, number>();
  const child = new Process({ target: setAndReturn, args: [dict, 100] }).start();
  assertEquals([await child.join(), await dict.size()], [0, 100]);
});

test("DictProxy has keys as Map has them when they are primitives: 1 is not 1n and not a text, -0 is 0, NaN is NaN", async () => {
  const dict = manager.dict<unknown, unknown>();
  const map = new Map<unknown, unknown>();
  const keys = [1, "1", 1n, true, "true", null, "null", undefined, -0, 0, NaN, NaN, Infinity, "", "a\nb"];
  for (const [at, key] of keys.entries()) {
    await dict.set(key, at);
    map.set(key, at);
  }
  assertEquals(await dict.entries(), [...map]);
});

test("DictProxy has keys that are objects equal when they hold the same in the same order", async () => {
  const dict = manager.dict<unknown, unknown>([[[1, 2], "list"], [{ a: 1, b: 2 }, "object"], [new Date(3), "date"]]);
  assertEquals(await Promise.all([[1, 2], { a: 1, b: 2 }, new Date(3)].map((key) => dict.get(key))), [
    "list",
    "object",
    "date",
  ]);
  assertEquals([await dict.get({ b: 2, a: 1 }), await dict.get([2, 1])], [undefined, undefined]);
  const long = "x".repeat(100_000);
  await dict.set([long], "long");
  await dict.set(new Uint8Array([1, 2]), "bytes");
  assertEquals([await dict.get([long]), await dict.get(new Uint8Array([1, 2]))], ["long", "bytes"]);
  assertEquals([await dict.has([`${long}x`]), await dict.has(new Uint8Array([1, 3]))], [false, false]);
});

test("DictProxy has keys that are the manager's or other processes' objects: the same object is the same key", async () => {
  const [list, queue] = [manager.list(), new Queue()];
  const dict = manager.dict<unknown, number>([[list, 1], [queue, 2]]);
  assertEquals([await dict.get(list), await dict.get(queue), await dict.get(manager.list())], [1, 2, undefined]);
  const keys = await dict.keys();
  assert(keys[0] === list && keys[1] === queue);
});

test("DictProxy.has() says whether a key is there, also with the value undefined", async () => {
  const dict = manager.dict<string, unknown>([["a", undefined]]);
  assertEquals([await dict.has("a"), await dict.has("b")], [true, false]);
});

test("DictProxy.delete() takes a key out, and says whether it was there", async () => {
  const dict = manager.dict({ a: 1 });
  assertEquals([await dict.delete("a"), await dict.delete("a"), await dict.has("a")], [true, false, false]);
});

test("DictProxy.clear() empties it, and DictProxy.size() counts its keys", async () => {
  const dict = manager.dict({ a: 1, b: 2 });
  assertEquals(await dict.size(), 2);
  await dict.clear();
  assertEquals([await dict.size(), await dict.keys()], [0, []]);
});

test("DictProxy.keys(), values() and entries() give arrays in the order in which the keys were first set", async () => {
  const dict = manager.dict<string, number>([["z", 1], ["a", 2]]);
  await dict.set("m", 3);
  await dict.delete("z");
  await dict.set("z", 4);
  assertEquals(await dict.keys(), ["a", "m", "z"]);
  assertEquals(await dict.values(), [2, 3, 4]);
  assertEquals(await dict.entries(), [["a", 2], ["m", 3], ["z", 4]]);
});

test("DictProxy.update() sets many at once, from pairs, a Map or an object", async () => {
  const dict = manager.dict<string, number>({ a: 1 });
  await dict.update([["a", 2], ["b", 3]]);
  await dict.update(new Map([["c", 4]]));
  await dict.update({ d: 5 });
  assertEquals(await dict.entries(), [["a", 2], ["b", 3], ["c", 4], ["d", 5]]);
  await assertRejects(() => dict.update(3 as never), TypeError, "Cannot fill dict");
});

test("DictProxy.pop() takes a key out and gives its value; without one, what it is told, else it rejects with a RangeError", async () => {
  const dict = manager.dict<string, unknown>({ a: 1 });
  assertEquals([await dict.pop("a"), await dict.has("a")], [1, false]);
  assertEquals([await dict.pop("a", 7), await dict.pop("a", undefined)], [7, undefined]);
  await assertRejects(() => dict.pop("a"), RangeError, "the key is not there");
});

test("DictProxy.pop() gives each value to one of many who ask at the same time", async () => {
  const dict = manager.dict(Array.from({ length: 50 }, (_, n) => [n, n] as const));
  const taken = await Promise.all(Array.from({ length: 100 }, (_, n) => dict.pop(n % 50, -1)));
  assertEquals(taken.filter((n) => n !== -1).sort((a, b) => a - b), Array.from({ length: 50 }, (_, n) => n));
});

test("DictProxy.setDefault() gives the value that is there, or sets the given one and gives that", async () => {
  const dict = manager.dict<string, number>({ a: 1 });
  assertEquals([await dict.setDefault("a", 2), await dict.setDefault("b", 3)], [1, 3]);
  assertEquals(await dict.entries(), [["a", 1], ["b", 3]]);
});

test("DictProxy[Symbol.asyncIterator]() goes over the entries as they are when it begins", async () => {
  const dict = manager.dict<string, number>({ a: 1, b: 2 });
  const seen: unknown[] = [];
  for await (const entry of dict) {
    if (seen.push(entry) === 1) await dict.clear();
  }
  assertEquals(seen, [["a", 1], ["b", 2]]);
});

test("DictProxy holds a list of the manager's as the list itself: who changes it there changes it for all", async () => {
  const list = manager.list([1]);
  const dict = manager.dict<string, ListProxy<number>>([["list", list]]);
  await (await dict.get("list"))!.push(2);
  const child = new Process({ target: pushInside, args: [dict, "list", 3] }).start();
  assertEquals([await child.join(), await list.toArray()], [0, [1, 2, 3]]);
  assert(await dict.get("list") === list);
  await list.push(4);
  assertEquals(await (await dict.get("list"))!.length(), 4);
});

test("DictProxy can hold itself", async () => {
  const dict = manager.dict<string, unknown>();
  await dict.set("self", { dict });
  const { dict: same } = await dict.get("self") as { dict: unknown };
  assert(same === dict);
});

test("DictProxy gives on what lives with others: a queue of a child's works as long as the child does", async () => {
  const [dict, done] = [manager.dict<string, Queue<string>>(), manager.Queue<number>()];
  const child = new Process({ target: leaveOwn, args: [dict as DictProxy<string, unknown>, done] }).start();
  await until(() => dict.has("own"), "the child has left its queue", 20_000);
  const own = (await dict.get("own"))!;
  assertEquals(await own.get(), "of the child's");
  await done.put(1);
  assertEquals(await child.join(), 0);
  await assertRejects(() => own.get(), ConnectError);
  assert(await dict.get("own") === own);
});

test("DictProxy received twice is one object", async () => {
  const dict = manager.dict();
  const holder = manager.list<unknown>([dict, [dict]]);
  const [first, second] = await holder.toArray() as [unknown, unknown[]];
  assert(first === dict && second[0] === dict);
});

test("DictProxy keeps the order of what one process does, without waiting", async () => {
  const dict = manager.dict<string, number>();
  for (let n = 0; n < 500; n++) void dict.set("n", n);
  const first = await dict.get("n");
  void dict.delete("n");
  assertEquals([first, await dict.has("n")], [499, false]);
});

test("DictProxy.get() rejects with ConnectError when the manager is gone", async () => {
  const manager = new Manager();
  const dict = manager.dict({ a: 1 });
  await dict.size();
  await manager.shutdown();
  await assertRejects(() => dict.get("a"), ConnectError);
});

test("DictProxy.update() sets all at once: nobody sees some of them without the others", async () => {
  const dict = manager.dict([["a", 0], ["b", 0]]);
  const child = new Process({ target: updateTogether, args: [dict, 200] }).start();
  let seen: number[] = [];
  while (seen[0] !== 200) {
    seen = await dict.values();
    assertEquals(seen[0], seen[1]);
  }
  assertEquals(await child.join(), 0);
});

noLeaks(() => manager[Symbol.asyncDispose]());
