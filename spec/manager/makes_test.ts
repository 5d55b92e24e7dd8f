import { type Barrier, Event, Manager, Pool, Process, Queue, StateError } from "../../mod.ts";
import { type Counter, Counters } from "./_fixtures/types.ts";
import { dealWith, type Filled, holdForGood, sizesOf, waitFor, waitFor2 } from "./_fixtures/ways.ts";
import { exists } from "../_support/scratch.ts";
import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases that do not end it; its process starts with the first object. */
const manager = new Manager();

test("Manager.Queue() makes a Queue that lives with it: items wait there, and bounds hold", async () => {
  const queue = manager.Queue<number>(2);
  assertInstanceOf(queue, Queue);
  await queue.put(1);
  await queue.put(2);
  assertEquals([await queue.full(), await queue.qsize(), await queue.get(), await queue.get()], [true, 2, 1, 2]);
  assertThrows(() => manager.Queue("2" as never), TypeError);
});

test("Manager.JoinableQueue() makes a queue whose producer waits until all is done", async () => {
  const queue = manager.JoinableQueue<number>();
  const done = manager.list<number>();
  const child = new Process({ target: dealWith, args: [queue, done] }).start();
  for (const n of [1, 2, 3]) await queue.put(n);
  assertEquals([await queue.join(), await done.toArray()], [true, [1, 2, 3]]);
  await queue.close();
  assertEquals(await child.join(), 0);
});

test("Manager.Lock() makes a lock that is free again when its holder is killed", async () => {
  const lock = manager.Lock();
  const holds = `${scratch()}/holds`;
  const child = new Process({ target: holdForGood, args: [lock, holds] }).start();
  await until(() => exists(holds), "the child holds it");
  assertEquals(await lock.acquire({ block: false }), false);
  child.kill();
  await using held = await lock.hold();
  assertEquals([held.abandoned, await child.join()], [true, -9]);
});

test("Manager.RLock() makes a lock that its holder may take again", async () => {
  const lock = manager.RLock();
  assertEquals([await lock.acquire(), await lock.acquire()], [true, true]);
  await lock.release();
  await lock.release();
  await assertRejects(() => lock.release(), StateError);
});

test("Manager.Semaphore() and Manager.BoundedSemaphore() make semaphores that begin where they are told", async () => {
  const [plain, bounded] = [manager.Semaphore(2), manager.BoundedSemaphore()];
  assertEquals([await plain.getValue(), await bounded.getValue()], [2, 1]);
  await plain.release();
  assertEquals(await plain.getValue(), 3);
  await assertRejects(() => bounded.release(), RangeError);
});

test("Manager.Condition() makes a condition that wakes a child", async () => {
  const [condition, steps] = [manager.Condition(), manager.list<number>()];
  const child = new Process({ target: waitFor2, args: [condition, steps] }).start();
  await until(() => steps.length(), "the child is about to wait");
  await condition.acquire();
  await condition.notify();
  await condition.release();
  assertEquals([await child.join(), await steps.toArray()], [0, [1, 2]]);
});

test("Manager.Condition() takes a lock of the manager's", async () => {
  const lock = manager.Lock();
  const condition = manager.Condition(lock);
  await condition.acquire();
  assertEquals(await lock.locked(), true);
  await condition.release();
  assertEquals(await lock.locked(), false);
});

test("Manager.Event() makes an event that wakes all who wait", async () => {
  const event = manager.Event();
  assertInstanceOf(event, Event);
  await using pool = new Pool(2);
  const waits = pool.map(waitFor, [event, event], { chunksize: 1 });
  await event.set();
  assertEquals([await waits, await event.isSet()], [[true, true], true]);
});

test("Manager.Barrier() makes a barrier that lets all through when the last one comes", async () => {
  const barrier: Barrier = manager.Barrier(3);
  const places = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]);
  assertEquals([places.sort(), barrier.parties], [[0, 1, 2], 3]);
});

test("Manager.Value() and Manager.Array() make a value and an array that live with it", async () => {
  const [value, array] = [manager.Value("i", 3), manager.Array("d", [1, 2])];
  assertEquals([await value.add(4), await value.get()], [7, 7]);
  await array.set(1, 5);
  assertEquals([await array.slice(), array.length], [[1, 5], 2]);
  assertThrows(() => manager.Value("?!" as never), TypeError);
});

test("Manager makes objects that nobody ever sees without what they were made with", async () => {
  await using manager = new Counters();
  const [asked, told] = [new Queue<Filled | null>(), new Queue<string>()];
  await using reader = new Process({ target: sizesOf, args: [asked, told] }).start();
  for (let n = 0; n < 100; n++) {
    await asked.put([
      manager.create<Counter>("Counter", 7),
      manager.list([1, 2, 3]),
      manager.dict({ a: 1 }),
      manager.set([1, 2]),
      manager.Namespace({ a: 5 }),
    ]);
    assertEquals(await told.get(), "7 3 1 2 5");
  }
  await asked.put(null);
  assertEquals(await reader.join(), 0);
});

noLeaks(() => manager[Symbol.asyncDispose]());
