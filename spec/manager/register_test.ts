import process from "node:process";
import {
  ConnectError,
  ForkError,
  Manager,
  Process,
  Queue,
  type Remote,
  SerializationError,
  TargetError,
} from "../../mod.ts";
import { Counter, Counters, type Derived, makeMap } from "./_fixtures/types.ts";
import { count } from "./_fixtures/ways.ts";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "../_support/assert.ts";
import { deadline } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases that do not end it; its process starts with the first object. */
const manager = new Counters();

test("Manager.register() makes a class known to the managers of the class that it is called on, and of those derived from it", async () => {
  class Own extends Counters {}
  await using manager = new Own();
  assertEquals(await manager.create<Counter>("Counter", 4).add(), 5);
  await using plain = new Manager();
  assertThrows(() => plain.create("Counter"), RangeError, "nothing is registered under that name");
});

test("Manager.register() can be called when the manager runs", async () => {
  class Late extends Manager {}
  await using manager = new Late();
  await manager.list().length();
  Late.register("Late", Counter);
  assertEquals(await manager.create<Counter>("Late", 1).add(), 2);
});

test("Manager.register() takes a function that gives an object, or a promise of one", async () => {
  const map = manager.create<Map<string, number>>("Map", [["a", 1]]);
  assertEquals([await map.get("a"), await map.has("b")], [1, false]);
  const plain = manager.create<{ greet(name: string): string }>("Plain");
  assertEquals(await plain.greet("Ada"), "hello Ada");
  await assertRejects(() => manager.create("Number").any!(), TypeError, "gave no object");
});

test("Manager.register() refuses the name of what a manager has of its own, and one that is taken, with a RangeError", () => {
  class Own extends Counters {}
  for (const name of ["dict", "Queue", "Array", "Namespace", "Counter"]) {
    assertThrows(() => Own.register(name, makeMap), RangeError, `Cannot register ${name}`);
  }
  Own.register("Counter", Counter);
});

test("Manager.register() throws a TypeError when an argument is of the wrong kind, and a TargetError for what cannot be named", () => {
  class Own extends Manager {}
  assertThrows(() => Own.register(3 as never, Counter), TypeError, "the name is not a string");
  assertThrows(() => Own.register("", Counter), TypeError, "the name is not a string");
  assertThrows(() => Own.register("Three", 3 as never), TypeError);
  assertThrows(() => Own.register("Bad", Counter, { exposed: "add" as never }), TypeError, "exposed is not a list");
  assertThrows(() => Own.register("Bad", Counter, { exposed: ["then"] }), RangeError, "then cannot be exposed");
  assertThrows(() => Own.register("Inner", class Inner {}), TargetError, "Inner");
});

test("Manager.create() gives an object that has the public methods of the class and of those behind it, and no fields", async () => {
  const derived = manager.create<Derived>("Derived", 2);
  const names = Object.keys(derived);
  for (const name of ["twice", "add", "fail"]) assert(names.includes(name), name);
  for (const name of ["constructor", "_hidden", "label", "read"]) assert(!(names.includes(name)), name);
  assertEquals([await derived.twice(), await derived.add()], [4, 5]);
});

test("Manager.create() exposes the methods that were named, and nothing else", async () => {
  const hidden = manager.create("Hidden");
  assertEquals([Object.keys(hidden), await hidden._hidden!()], [["_hidden", "missing"], "hidden"]);
  await assertRejects(() => hidden.missing!(), TypeError, "it has no exposed method of that name");
  const map = manager.create("Map", []);
  await assertRejects(() => map._private!(), TypeError, "it has no exposed method of that name");
  await assertRejects(() => map.size!(), TypeError, "it has no exposed method of that name");
});

test("Manager.create() makes the object in the manager's process, where its methods run", async () => {
  const [one, other] = [manager.create<Counter>("Counter"), manager.create<Counter>("Counter", 10)];
  const pid = await one.pid();
  assert(pid !== process.pid && pid === await other.pid());
  assertEquals([await one.add(), await other.add()], [1, 11]);
});

test("Manager.create() gives an object whose methods take and give copies of whatever can cross", async () => {
  const counter = manager.create<Counter>("Counter");
  const list = manager.list();
  const values = [undefined, 1n, new Map([[1, new Uint8Array([2])]]), list];
  const given = await counter.echo(...values);
  assertEquals(given.slice(0, 3), values.slice(0, 3));
  assert(given[3] === list);
  assertEquals([await counter.nothing(), await counter.addLater(2)], [undefined, 2]);
  await assertRejects(() => counter.echo(() => 1), SerializationError, "args[0]");
  await assertRejects(() => counter.giveFunction(), SerializationError, "result");
  assertThrows(() => manager.create("Counter", () => 1), SerializationError, "args[0]");
});

test("Manager.create() gives an object whose methods reject with what was thrown, whose cause has the stack that it had there", async () => {
  const counter = manager.create<Counter>("Counter");
  const error = await assertRejects(() => counter.fail("there"), RangeError, "there");
  const { name, remoteName, remoteStack } = error.cause as Error & { remoteName: string; remoteStack: string };
  assertEquals([name, remoteName], ["RemoteError", "RangeError"]);
  assert(/types\.ts/.test(remoteStack), remoteStack);
  await assertRejects(() => counter.failLater(), TypeError, "later");
  const odd = await assertRejects(() => counter.failOddly(), Error, "odd");
  assertEquals(odd.name, "Odd");
  assertEquals(await counter.add(), 1);
});

test("Manager.create() gives an object of which every method rejects with what its constructor threw", async () => {
  const counter = manager.create<Counter>("Counter", -1);
  for (let tries = 0; tries < 2; tries++) await assertRejects(() => counter.add(), RangeError, "below zero");
  assertEquals(await manager.create<Counter>("Counter", 1).add(), 2);
});

test("Manager.create() gives an object whose methods may give shared objects that live with the manager", async () => {
  const queue = await manager.create<Counter>("Counter").makeQueue();
  assertInstanceOf(queue, Queue);
  await queue.put(1);
  await queue.put(2);
  assertEquals([await queue.full(), await queue.get(), await queue.get()], [true, 1, 2]);
  const holder = manager.list([queue]);
  assert(await holder.get(0) === queue);
});

test("Manager.create() gives objects whose methods may give shared objects also when many were made at once", async () => {
  await using manager = new Counters();
  const counters = Array.from({ length: 8 }, () => manager.create<Counter>("Counter"));
  for (const queue of await Promise.all(counters.map((counter) => counter.makeQueue()))) {
    await queue.put(1);
    assertEquals(await queue.get(), 1);
  }
  assertInstanceOf(await counters[0]!.makeQueue(), Queue);
});

test("Manager.create() gives an object that other processes can be given, and is the same for all", async () => {
  const counter = manager.create<Counter>("Counter");
  const args: [Remote<Counter>, number] = [counter, 50];
  const children = [0, 1].map(() => new Process({ target: count, args }).start());
  assertEquals(await Promise.all(children.map((child) => child.join())), [0, 0]);
  assertEquals(await counter.add(0), 100);
  const holder = manager.list<unknown>([counter, manager.create("Map", [])]);
  assert(await holder.get(0) === counter);
  assert(await holder.get(1) === await holder.get(1));
});

test("Manager.create() gives an object whose methods run one beside the other where they await", async () => {
  const counter = manager.create<Counter>("Counter");
  const values = await Promise.all(Array.from({ length: 20 }, () => counter.addLater(1)));
  assertEquals(values.sort((a, b) => a - b), Array.from({ length: 20 }, (_, n) => n + 1));
});

test("Manager.create() gives an object whose method cannot fork", async () => {
  await assertRejects(() => manager.create<Counter>("Counter").fork(), ForkError, "manager");
});

test("Manager.create() gives an object whose method that ends the process rejects with ConnectError", async () => {
  await using manager = new Counters();
  const counter = manager.create<Counter>("Counter");
  await assertRejects(() => deadline(counter.exit(), 10_000), ConnectError);
});

noLeaks(() => manager[Symbol.asyncDispose]());
