import { Pool, Process, Queue, SerializationError } from "../../mod.ts";
import { collect, passOn, produce, putEach, putTwo, tellSize, wait, waitPut } from "./_fixtures/ways.ts";
import { exists } from "../_support/scratch.ts";
import { samples } from "./_fixtures/samples.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";

import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

async function take<T>(queue: Queue<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < count) items.push(await queue.get());
  return items;
}

test("new Queue() holds any number of items when maxsize is 0, negative, Infinity or not given", async () => {
  for (const queue of [new Queue<number>(), ...[0, -3, Infinity].map((maxsize) => new Queue<number>(maxsize))]) {
    await Promise.all(numbers(2_000).map((n) => queue.putNowait(n)));
    assertEquals([await queue.qsize(), await queue.full()], [2_000, false]);
  }
});

test("new Queue() throws a TypeError when maxsize is not a whole number", () => {
  for (const maxsize of ["3", 1.5, NaN, null, {}, 3n]) {
    assertThrows(() => new Queue(maxsize as number), TypeError, "maxsize");
  }
});

test("Queue.put() settles when there is room for the item, here and in another process", async () => {
  const queue = new Queue<string>(1);
  const waiting = `${scratch()}/waiting`;
  await queue.put("first");
  let isPut = false;
  const second = queue.put("second").then(() => isPut = true);
  const child = new Process({ target: waitPut, args: [queue, "third", waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  assertEquals([isPut, child.isAlive()], [false, true]);
  assertEquals(await queue.get(), "first");
  await second;
  assertEquals([await queue.full(), child.isAlive()], [true, true]);
  assertEquals(await queue.get(), "second");
  assertEquals([await child.join(), await queue.qsize(), await queue.get()], [0, 1, "third"]);
});

test("Queue.put() of processes that put as fast as they can never makes a queue hold more than maxsize, and full() is true just when it holds as many", async () => {
  for (const maxsize of [1, 20, 100]) {
    const queue = new Queue<[string, number]>(maxsize);
    const names = ["a", "b", "c"];
    const count = 400;
    const children = names.map((name) => new Process({ target: produce, args: [queue, name, count] }).start());
    const last = new Map<string, number>();
    for (let taken = 0; taken < names.length * count; taken++) {
      const [size, isFull] = await Promise.all([queue.qsize(), queue.full()]);
      if (size > maxsize || isFull !== (size === maxsize)) assertEquals([size, isFull], [maxsize, size === maxsize]);
      const [name, n] = await queue.get();
      assertEquals(n, (last.get(name) ?? -1) + 1);
      last.set(name, n);
      if (taken % 100 === 0 && taken < 1_100) await until(() => queue.full(), "it is full");
    }
    for (const child of children) assertEquals(await child.join(), 0);
    assertEquals(await queue.qsize(), 0);
  }
});

test("Queue.put() takes the item as it is at the call, whatever is done to it afterwards", async () => {
  const queue = new Queue<{ n: number; bytes: Uint8Array }>();
  const item = { n: 1, bytes: new Uint8Array(100_000).fill(1) };
  const put = queue.put(item);
  item.n = 2;
  item.bytes.fill(2);
  await put;
  item.bytes.fill(3);
  const got = await queue.get();
  assertEquals([got.n, got.bytes[0], got.bytes.at(-1)], [1, 1, 1]);
});

test("Queue.put() that has settled in a pool's task, or in a child that has ended, is seen by who gets the result or joins the child: by qsize(), empty() and getNowait() as well", async () => {
  const queue = new Queue<number>();
  await using pool = new Pool(2);
  let held = 0;
  for (const count of [...numbers(7), ...numbers(7)]) {
    await pool.apply(putEach, [queue, numbers(count)]);
    held += count;
    assertEquals([await queue.qsize(), await queue.empty()], [held, held === 0]);
  }
  await pool.map(putTwo, [queue, queue]);
  assertEquals(await queue.qsize(), held + 4);
  await new Process({ target: putEach, args: [queue, [1, 2, 3]] }).start().join();
  for (let left = held + 7; left > 0; left--) await queue.getNowait();
  assertEquals(await queue.empty(), true);
});

test("Queue.put() rejects with a SerializationError that names the part that cannot cross, and the queue loses nothing and goes on", async () => {
  const queue = new Queue<unknown>(2);
  await queue.put(1);
  const error = await assertRejects(() => queue.put({ a: [() => 1] }), SerializationError, "item.a[0]");
  assertEquals(error.path, "item.a[0]");
  await queue.putNowait(2); // it took no room
  assertEquals(await take(queue, 2), [1, 2]);
});

test("Queue.put() and Queue.get() keep every value that can cross, in one process and through another one", async () => {
  const there = new Queue<unknown>();
  const back = new Queue<unknown>();
  const child = new Process({ target: passOn, args: [there, back] }).start();
  for (const [name, value] of Object.entries(samples)) {
    await there.put(value);
    assertEquals(await back.get(), value, name);
    await back.put(value);
    assertEquals(await back.get(), value, name);
  }
  await there.close();
  assertEquals(await child.join(), 0);
});

test("Queue.put() and Queue.get() carry a Float64Array of 64 MiB to another process and back", async () => {
  const there = new Queue<Float64Array>();
  const back = new Queue<Float64Array>();
  const child = new Process({ target: passOn, args: [there, back] }).start();
  const count = 8 * 1024 * 1024;
  const array = Float64Array.from({ length: count }, (_, n) => n * 0.5);
  await there.put(array);
  const got = await back.get();
  assertEquals([got instanceof Float64Array, got.length], [true, count]);
  assert(got.every((value, n) => value === n * 0.5));
  await there.close();
  assertEquals(await child.join(), 0);
}, { limit: 60_000 });

test("Queue.get() gives the items in the order in which they were put, here and in another process", async () => {
  const queue = new Queue<number>();
  const back = new Queue<number>();
  for (const n of numbers(500)) void queue.put(n);
  assertEquals(await take(queue, 500), numbers(500));
  const child = new Process({ target: passOn, args: [queue, back] }).start();
  for (const n of numbers(500)) void queue.put(n);
  assertEquals(await take(back, 500), numbers(500));
  await queue.close();
  assertEquals(await child.join(), 0);
});

test("Queue.get() waits until there is an item, here and in another process", async () => {
  const queue = new Queue<string>();
  const back = new Queue<string>();
  const waiting = `${scratch()}/waiting`;
  let got: string | null = null;
  const first = queue.get().then((item) => got = item);
  const child = new Process({ target: wait, args: [queue, back, waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  assertEquals([got, child.isAlive()], [null, true]);
  await queue.put("first");
  assertEquals(await first, "first");
  await queue.put("second");
  assertEquals([await back.get(), await child.join()], ["second", 0]);
});

test("Queue.get() gives the items of each producer in their order when many put and many get", async () => {
  const queue = new Queue<[string, number]>(5);
  const back = new Queue<[string, [string, number]]>();
  const takers = ["x", "y", "z"].map((name) => new Process({ target: collect, args: [queue, back, name] }).start());
  const producers = ["a", "b", "c"].map((name) => new Process({ target: produce, args: [queue, name, 200] }).start());
  await produce(queue, "here", 200);
  for (const producer of producers) assertEquals(await producer.join(), 0);
  await queue.close();
  const items = await take(back, 4 * 200 + takers.length);
  for (const taker of takers) await taker.join();
  for (const producer of ["a", "b", "c", "here"]) {
    const taken = ["x", "y", "z"].map((taker) =>
      items.filter(([by, item]) => by === taker && item[0] === producer).map(([, item]) => item[1])
    );
    for (const ns of taken) assertEquals(ns, ns.toSorted((a, b) => a - b), `of ${producer}`);
    assertEquals(taken.flat().sort((a, b) => a - b), numbers(200));
  }
});

test("Queue.get() gives every item once when 4 processes put into a small queue and 4 take from it", async () => {
  const queue = new Queue<[string, number]>(2);
  const back = new Queue<[string, unknown]>(3);
  const takers = numbers(4).map((n) => new Process({ target: collect, args: [queue, back, `t${n}`] }).start());
  const producers = numbers(4).map((n) => new Process({ target: produce, args: [queue, `p${n}`, 50] }).start());
  const items = (async () => await take(back, 4 * 50 + 4))();
  for (const producer of producers) assertEquals(await producer.join(), 0);
  await queue.close();
  const given = (await items).map(([, item]) => item).filter((item) => item !== "through").map(String).sort();
  assertEquals(given, numbers(4).flatMap((p) => numbers(50).map((n) => `p${p},${n}`)).sort());
  for (const taker of takers) assertEquals(await taker.join(), 0);
}, { limit: 60_000 });

test("Queue.qsize(), Queue.empty() and Queue.full() tell of the queue as it is, here and in another process", async () => {
  const queue = new Queue<number>(2);
  const back = new Queue<unknown>();
  const seen: unknown[] = [];
  const steps = [() => {}, () => queue.put(1), () => queue.put(2), () => queue.get(), () => queue.get()];
  for (const step of steps) {
    await step();
    await tellSize(queue, back);
    const child = new Process({ target: tellSize, args: [queue, back] }).start();
    seen.push(await back.get());
    assertEquals(await back.get(), seen.at(-1));
    await child.join();
  }
  const [none, one, two] = [[0, true, false], [1, false, false], [2, false, true]];
  assertEquals(seen, [none, one, two, one, none]);
});

test("Queue.full() is never true for a queue without bounds", async () => {
  const queue = new Queue<number>();
  await putEach(queue, numbers(100));
  assertEquals([await queue.full(), await queue.empty()], [false, false]);
});

test("Queue[Symbol.asyncIterator]() gives every item once when several processes iterate, and ends for all when the queue is closed", async () => {
  const queue = new Queue<number>();
  const back = new Queue<unknown[]>();
  const children = ["a", "b"].map((name) => new Process({ target: collect, args: [queue, back, name] }).start());
  const here = collect(queue, back, "here");
  await putEach(queue, numbers(300));
  await queue.close();
  const all = await take(back, 303);
  await here;
  for (const child of children) assertEquals(await child.join(), 0);
  const items = all.map(([, item]) => item);
  assertEquals(items.filter((item) => item === "through").length, 3);
  assertEquals(items.filter((item) => item !== "through").sort((a, b) => (a as number) - (b as number)), numbers(300));
});

test("Queue[Symbol.asyncIterator]() that is left early leaves the other items in the queue", async () => {
  const queue = new Queue<number>();
  await putEach(queue, numbers(5));
  for await (const item of queue) if (item === 1) break;
  assertEquals([await queue.qsize(), await queue.get()], [3, 2]);
});

test("Queue passes between two processes with two queues, each of which waits for the other", async () => {
  const there = new Queue<number>(1);
  const back = new Queue<number>(1);
  const child = new Process({ target: passOn, args: [there, back] }).start();
  for (const n of numbers(200)) {
    await there.put(n);
    assertEquals(await back.get(), n);
  }
  await there.close();
  assertEquals(await child.join(), 0);
});

test("Process ends when its target does, however many items it has put one after the other", async () => {
  for (const count of [1, 4, 60]) {
    const queue = new Queue<[string, number]>();
    const producer = new Process({ target: produce, args: [queue, "a", count] }).start();
    for (let n = 0; n < count; n++) assertEquals(await queue.get(), ["a", n]);
    assertEquals(await producer.join({ timeout: 20_000 }), 0);
  }
});

noLeaks();
