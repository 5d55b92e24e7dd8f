import process from "node:process";
import { ClosedError, Empty, JoinableQueue, Process, Queue, SimpleQueue } from "../../mod.ts";
import { bounce, joinAndTell, kindOf, spinWhileWaiting, workOff } from "./_fixtures/ways.ts";
import { exists, lines } from "../_support/scratch.ts";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("JoinableQueue.join() resolves to true at once when nothing was put, or all is done", async () => {
  const queue = new JoinableQueue<number>();
  assertEquals([await queue.join(), await queue.join({ timeout: 0 })], [true, true]);
  await queue.put(1);
  await queue.get();
  await queue.taskDone();
  assertEquals([await queue.join(), await queue.join({ timeout: 0 })], [true, true]);
});

test("JoinableQueue.join() waits until taskDone() was called for every item, by whichever process", async () => {
  const queue = new JoinableQueue<number | null>();
  const done = `${scratch()}/done`;
  const workers = [1, 2, 3].map(() => new Process({ target: workOff, args: [queue, done] }).start());
  for (let n = 0; n < 50; n++) await queue.put(n);
  assertEquals(await queue.join(), true);
  assertEquals(lines(done).map(Number).sort((a, b) => a - b), Array.from({ length: 50 }, (_, n) => n));
  for (const _ of workers) await queue.put(null);
  for (const worker of workers) assertEquals(await worker.join(), 0);
});

test("JoinableQueue.join() counts an item from its put, also while nobody has taken it", async () => {
  const queue = new JoinableQueue<number>();
  await queue.put(1);
  await queue.put(2);
  assertEquals(await queue.join({ timeout: 0 }), false);
  await queue.get();
  await queue.taskDone();
  assertEquals(await queue.join({ timeout: 20 }), false);
  await queue.taskDone(); // of an item that is still there, as it may be said beforehand
  assertEquals([await queue.join(), await queue.qsize()], [true, 1]);
});

test("JoinableQueue.join() resolves to false when the timeout comes first, here and in another process, and the work goes on", async () => {
  const queue = new JoinableQueue<number>();
  const back = new Queue<unknown>();
  await queue.put(1);
  assertEquals([await queue.join({ timeout: 20 }), await queue.join({ timeout: -1 })], [false, false]);
  const child = new Process({ target: joinAndTell, args: [queue, back, 20] }).start();
  assertEquals([await back.get(), await child.join()], [false, 0]);
  const joining = queue.join({ timeout: 60_000 });
  assertEquals(await queue.get(), 1);
  await queue.taskDone();
  assertEquals(await joining, true);
});

test("JoinableQueue.join() rejects with the reason of a signal that is aborted already or meanwhile", async () => {
  const queue = new JoinableQueue<number>();
  await queue.put(1);
  const control = new AbortController();
  const meanwhile = queue.join({ signal: control.signal }).catch((reason) => reason);
  const already = queue.join({ signal: AbortSignal.abort("over") }).catch((reason) => reason);
  await queue.qsize();
  control.abort("no more");
  assertEquals([await already, await meanwhile], ["over", "no more"]);
  await queue.taskDone();
  assertEquals(await queue.join(), true);
});

test("JoinableQueue.join() settles for all who wait, in several processes", async () => {
  const queue = new JoinableQueue<number>();
  const back = new Queue<unknown>();
  await queue.put(1);
  const children = [1, 2].map(() => new Process({ target: joinAndTell, args: [queue, back] }).start());
  const here = [queue.join(), queue.join()];
  await until(async () => await back.qsize() === 2, "the children join");
  await queue.taskDone();
  assertEquals(await Promise.all(here), [true, true]);
  for (const child of children) assertEquals(await child.join(), 0);
  const told: unknown[] = [];
  while (!await back.empty()) told.push(await back.get());
  assertEquals(told, ["joins", "joins", true, true]);
});

test("JoinableQueue.join() waits for an item whose taker died until another has done it", async () => {
  const queue = new JoinableQueue<string>();
  const waiting = `${scratch()}/waiting`;
  const child = new Process({ target: spinWhileWaiting, args: [queue, waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  await queue.put("item");
  process.kill(child.pid!, "SIGKILL");
  await child.join();
  assertEquals(await queue.get(), "item");
  assertEquals(await queue.join({ timeout: 0 }), false);
  await queue.taskDone();
  assertEquals(await queue.join(), true);
});

test("JoinableQueue.taskDone() rejects with a RangeError when it is called more often than items were put", async () => {
  const queue = new JoinableQueue<number>();
  await assertRejects(() => queue.taskDone(), RangeError, "Cannot mark task as done");
  await queue.put(1);
  await queue.taskDone();
  await assertRejects(() => queue.taskDone(), RangeError);
  await queue.put(2);
  assertEquals(await queue.join({ timeout: 0 }), false);
});

test("JoinableQueue is a Queue with bounds, close() and iteration, and arrives as a JoinableQueue", async () => {
  const queue = new JoinableQueue<number>(1);
  const back = new Queue<unknown>();
  assertInstanceOf(queue, Queue);
  await queue.put(1);
  assertEquals([await queue.full(), await queue.putNowait(2).catch((error) => error.name)], [true, "Full"]);
  const child = new Process({ target: kindOf, args: [[queue, queue, back], back] }).start();
  assertEquals([await back.get(), await child.join()], [["JoinableQueue", true], 0]);
  await queue.close();
  for await (const item of queue) assertEquals(item, 1);
  await assertRejects(() => queue.put(3), ClosedError);
});

test("SimpleQueue puts, gets, tells whether it is empty and closes, here and in another process", async () => {
  const there = new SimpleQueue<unknown>();
  const back = new SimpleQueue<unknown>();
  assertEquals(await there.empty(), true);
  await there.put(1);
  assertEquals([await there.empty(), await there.get(), await there.empty()], [false, 1, true]);
  const child = new Process({ target: bounce, args: [there, back] }).start();
  await there.put("ball");
  assertEquals(await back.get(), ["ball", true]);
  await there.close();
  assertEquals(await back.get(), "ClosedError");
  const error = await assertRejects(() => there.put(2), ClosedError);
  assertEquals([error.value, await child.join()], [2, 0]);
  await assertRejects(() => there.get(), ClosedError);
});

test("SimpleQueue.get() rejects with Empty at the timeout and with the reason of its signal", async () => {
  const queue = new SimpleQueue<number>();
  await assertRejects(() => queue.get({ timeout: 10 }), Empty);
  await assertRejects(() => queue.get({ timeout: 0 }), Empty);
  assertEquals(await queue.get({ signal: AbortSignal.abort("no more") }).catch((reason) => reason), "no more");
});

test("SimpleQueue arrives as a SimpleQueue, and the same one is one object", async () => {
  const queue = new SimpleQueue<unknown>();
  const back = new Queue<unknown>();
  const child = new Process({ target: kindOf, args: [[queue, queue, back], back] }).start();
  assertEquals([await back.get(), await child.join()], [["SimpleQueue", true], 0]);
  await back.put(queue);
  const own = await back.get();
  assertStrictEquals(own, queue);
  assert(own instanceof SimpleQueue);
});

noLeaks();
