import { blockFor, blockUntil } from "../_support/blocking.ts";
import process from "node:process";
import { ClosedError, Process, Queue, StateError } from "../../mod.ts";
import {
  closeIt,
  passOn,
  putAndReturn,
  putMoreAndSpin,
  putUntilClosed,
  spinWhileWaiting,
  takeAndSpin,
  tellClosed,
  waitClosed,
} from "./_fixtures/ways.ts";
import { putMarkAndSpin } from "./_fixtures/fast.ts";
import { exists, lines } from "../_support/scratch.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Queue.close() makes every later put() reject with a ClosedError that carries the item, here and in another process", async () => {
  for (const maxsize of [0, 3]) {
    const queue = new Queue<unknown>(maxsize);
    const back = new Queue<unknown>();
    await queue.close();
    const item = { n: 1 };
    for (const options of [{}, { block: false }, { timeout: 10 }, { timeout: 60_000 }]) {
      const error = await assertRejects(
        () => queue.put(item, options),
        ClosedError,
        "Cannot put into queue: it is closed",
      );
      assertStrictEquals(error.value, item);
      assert(error instanceof StateError);
    }
    const child = new Process({ target: tellClosed, args: [queue, back, "put"] }).start();
    assertEquals(await back.get(), ["ClosedError", "Cannot put into queue: it is closed", { n: 2 }, true]);
    assertEquals(await child.join(), 0);
  }
});

test("Queue.close() leaves what is in the queue to be taken, and then get() rejects with ClosedError, here and in another process", async () => {
  const queue = new Queue<number>();
  const back = new Queue<unknown>();
  for (const n of [1, 2, 3, 4]) await queue.put(n);
  await queue.close();
  assertEquals([await queue.get(), await queue.getNowait()], [1, 2]);
  const child = new Process({ target: tellClosed, args: [queue, back, "get"] }).start();
  assertEquals([await back.get(), await back.get()], [3, 4]);
  const message = "Cannot get from queue: it is closed and nothing is left";
  assertEquals(await back.get(), ["ClosedError", message, null, true]);
  for (const options of [{}, { block: false }, { timeout: 10 }]) {
    await assertRejects(() => queue.get(options), ClosedError, message);
  }
  assertEquals(await child.join(), 0);
});

test("Queue.close() rejects the puts that wait, with the item of each, and nothing of them is put", async () => {
  const queue = new Queue<number>(1);
  const back = new Queue<unknown>();
  const waiting = `${scratch()}/waiting`;
  await queue.put(1);
  const here = [2, 3].map((n) => queue.put(n).catch((error) => [error.name, error.value]));
  const child = new Process({ target: waitClosed, args: [queue, back, "put", waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  await queue.close();
  assertEquals(await Promise.all(here), [["ClosedError", 2], ["ClosedError", 3]]);
  assertEquals([await back.get(), await child.join()], [["ClosedError", "a child's"], 0]);
  assertEquals([await queue.qsize(), await queue.get()], [1, 1]);
  await assertRejects(() => queue.get(), ClosedError);
});

test("Queue.close() rejects the gets that wait with ClosedError, here and in another process", async () => {
  const queue = new Queue<number>();
  const back = new Queue<unknown>();
  const waiting = `${scratch()}/waiting`;
  const here = [{}, { timeout: 60_000 }].map((options) => queue.get(options).catch((error) => error.name));
  const child = new Process({ target: waitClosed, args: [queue, back, "get", waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  await queue.close();
  assertEquals(await Promise.all(here), ["ClosedError", "ClosedError"]);
  assertEquals([await back.get(), await child.join()], [["ClosedError", null], 0]);
});

test("Queue.close() by another process closes the queue for all", async () => {
  const queue = new Queue<number>();
  const taking = queue.get();
  const child = new Process({ target: closeIt, args: [queue] }).start();
  await assertRejects(() => taking, ClosedError);
  await assertRejects(() => queue.put(1), ClosedError);
  assertEquals(await child.join(), 0);
});

test("Queue.close() may be called again", async () => {
  const queue = new Queue<number>();
  await queue.put(1);
  await queue.close();
  await queue.close();
  assertEquals(await new Process({ target: closeIt, args: [queue] }).start().join(), 0);
  assertEquals([await queue.get(), await queue.qsize()], [1, 0]);
});

test("Queue.close() lets qsize(), empty() and full() tell what is left", async () => {
  const queue = new Queue<number>(1);
  await queue.put(1);
  await queue.close();
  assertEquals([await queue.qsize(), await queue.empty(), await queue.full()], [1, false, true]);
  await queue.get();
  assertEquals([await queue.qsize(), await queue.empty(), await queue.full()], [0, true, false]);
});

test("Queue.close() ends an iteration when nothing is left, at once when nothing was there", async () => {
  const queue = new Queue<number>();
  for (const n of [1, 2]) await queue.put(n);
  await queue.close();
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  for await (const item of queue) items.push(item);
  assertEquals(items, [1, 2]);
});

test("Queue.close() leaves a taker waiting while an item is under way to another, and gives it the item when that one dies", async () => {
  const queue = new Queue<string>();
  const waiting = `${scratch()}/waiting`;
  const child = new Process({ target: spinWhileWaiting, args: [queue, waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  await queue.put("item");
  assertEquals(await queue.qsize(), 0);
  await queue.close();
  let settled = false;
  const taking = queue.get().finally(() => settled = true);
  const second = queue.get().catch((error) => error.name);
  await queue.qsize();
  assertEquals(settled, false);
  process.kill(child.pid!, "SIGKILL");
  assertEquals([await taking, await second, await child.join()], ["item", "ClosedError", -9]);
});

test("Queue.close() loses nothing that another process put before it, without waiting", async () => {
  for (const maxsize of [0, 10_000]) {
    const queue = new Queue<number>(maxsize);
    const back = new Queue<number>();
    const [one, two] = [1, 2].map(() => new Process({ target: putAndReturn, args: [queue, 2_000] }).start());
    assertEquals([await one!.join(), await two!.join()], [0, 0]);
    await queue.close();
    await passOn(queue, back);
    assertEquals(await back.qsize(), 4_000);
  }
});

test("Queue.close() leaves to takers what a process has put before it, however long that process computes since", async () => {
  for (
    const [count, size, maxsize] of [[1, 5, 0], [70, 10, 0], [3_000, 200, 0], [40, 200_000, 0], [70, 10, 500]] as const
  ) {
    const queue = new Queue<string>(maxsize);
    const settled = `${scratch()}/settled`;
    const child = new Process({ target: putMoreAndSpin, args: [queue, count, size, settled] }).start();
    assertEquals([await queue.get(), await queue.get()], ["first", "second"]);
    await until(() => exists(settled), "the child has put everything");
    await queue.close();
    const items: number[] = [];
    for await (const item of queue) items.push(Number(item));
    assertEquals([items.length, items.at(-1), child.isAlive()], [count, count - 1, true]);
    process.kill(child.pid!, "SIGKILL");
    assertEquals(await child.join(), -9);
  }
});

test("Queue.close() leaves to takers what a process has put before it, however long this process computes since", async () => {
  const queue = new Queue<string>();
  const settled = `${scratch()}/settled`;
  const child = new Process({ target: putMoreAndSpin, args: [queue, 20, 10, settled] }).start();
  assertEquals(await queue.get(), "first");
  blockUntil(() => exists(settled), 20_000);
  const closing = queue.close();
  blockFor(1_500);
  await closing;
  const items: string[] = [];
  for await (const item of queue) items.push(item.trim());
  assertEquals([items.length, items.at(-1), child.isAlive()], [21, "19", true]);
  process.kill(child.pid!, "SIGKILL");
  assertEquals(await child.join(), -9);
});

test("Queue.close() rejects what a process puts that did not read of it in time, or leaves it to takers: whatever put() resolved is taken before they are told that nothing is left", async () => {
  for (const [ms, maxsize] of [[1, 0], [200, 0], [1_500, 0], [1, 100], [30, 100], [200, 100]] as const) {
    const [queue, back] = [new Queue<number>(maxsize), new Queue<unknown>()];
    const child = new Process({ target: putUntilClosed, args: [queue, ms, back] }).start();
    const items = [await queue.get(), await queue.get()];
    await queue.close();
    for await (const item of queue) items.push(item);
    const [count, name, value] = await back.get() as [number, string, unknown];
    assertEquals([name, value], ["ClosedError", count]);
    assertEquals(items, Array.from({ length: count }, (_, n) => n));
    assertEquals([await child.join(), await queue.qsize()], [0, 0]);
  }
});

test("Queue.close() ends the wait of takers although a process that has put lets no event loop turn", async () => {
  for (const maxsize of [0, 100]) {
    const queue = new Queue<number>(maxsize);
    const settled = `${scratch()}/settled`;
    const child = new Process({ target: putMarkAndSpin, args: [queue, 3, settled] }).start();
    assertEquals([await queue.get(), await queue.get()], [0, 1]);
    await until(() => exists(settled), "the child has put everything");
    await queue.close();
    assertEquals(await queue.get(), 2);
    await assertRejects(() => queue.get(), ClosedError);
    assertEquals(child.isAlive(), true);
    process.kill(child.pid!, "SIGKILL");
    assertEquals(await child.join(), -9);
  }
});

test("Queue.close() ends the wait of takers although a process that has taken lets no event loop turn", async () => {
  const queue = new Queue<number>();
  const path = `${scratch()}/had`;
  for (let n = 0; n < 600; n++) await queue.put(n);
  const child = new Process({ target: takeAndSpin, args: [queue, 500, path] }).start();
  await until(() => lines(path).length === 500, "the child has taken what it takes");
  await queue.close();
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  assertEquals([items.length, items[0], items.at(-1), child.isAlive()], [100, 500, 599, true]);
  process.kill(child.pid!, "SIGKILL");
  assertEquals(await child.join(), -9);
  await assertRejects(() => queue.get(), ClosedError);
});

noLeaks();
