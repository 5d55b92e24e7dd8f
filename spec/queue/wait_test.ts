import { Empty, Full, JoinableQueue, Process, Queue } from "../../mod.ts";
import { tellOutcome, ways } from "./_fixtures/bounds.ts";
import { fill, fillWhenMarked, putMarkAndSpin, putName } from "./_fixtures/fast.ts";
import { blockFor, blockUntil } from "../_support/blocking.ts";
import {
  getAndAbort,
  getWhileBusy,
  handOwnAt,
  putAndReturn,
  putWhileBusy,
  race,
  racePut,
  tellRacePut,
  wait,
  waitPut,
} from "./_fixtures/ways.ts";
import { exists, mark, textOf } from "../_support/scratch.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay, rest, until } from "../_support/async.ts";
import { kill } from "../_support/children.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

const EMPTY = "Empty: Cannot get from queue: it is empty";
const FULL = "Full: Cannot put into queue: it is full";

/** What a way comes to here and in another process, on an empty queue and on one of one item, which must stay so. */
async function everywhere(name: keyof typeof ways): Promise<unknown[]> {
  const empty = new Queue<unknown>(5);
  const full = new Queue<unknown>(1);
  await full.put("first");
  const here = await ways[name](empty, full);
  const back = new Queue<unknown>();
  const child = new Process({ target: tellOutcome, args: [name, empty, full, back] }).start();
  const there = await back.get();
  assertEquals(await child.join(), 0);
  assertEquals(there, here);
  assertEquals([await empty.qsize(), await full.qsize(), await full.get()], [0, 1, "first"]);
  return here;
}

test("QueueWait.timeout that is over rejects get() with Empty and put() with Full, here and in another process", async () => {
  assertEquals(await everywhere("timedOut"), [EMPTY, FULL, true]);
});

test("QueueWait.timeout of 0 or less and block: false do not wait: get() rejects with Empty and put() with Full at once", async () => {
  assertEquals(await everywhere("unwaited"), Array(5).fill([EMPTY, FULL]).flat());
});

test("QueueWait.timeout of Infinity, or of more than a timer takes, is no limit", async () => {
  assertEquals(await everywhere("unlimited"), [1, 2, null, null, "first", "more", "still more"]);
});

test("QueueWait.timeout that was over for a taker leaves the next item to the next one", async () => {
  const queue = new Queue<string>();
  const back = new Queue<unknown>();
  const child = new Process({ target: tellOutcome, args: ["timedOut", queue, new Queue(), back] }).start();
  const late = queue.get({ timeout: 1 }).catch((error) => error.name);
  assertEquals(await late, "Empty");
  assertEquals((await back.get() as string[])[0], EMPTY);
  await queue.put("item");
  assertEquals(await queue.get({ timeout: 10_000 }), "item");
  assertEquals(await child.join(), 0);
});

test("QueueWait.timeout that was over for a producer leaves nothing in the queue", async () => {
  const queue = new Queue<unknown>(1);
  const back = new Queue<unknown>();
  await queue.put("first");
  const child = new Process({ target: tellOutcome, args: ["timedOut", new Queue(), queue, back] }).start();
  assertEquals(await queue.put("late", { timeout: 1 }).catch((error) => error.name), "Full");
  assertEquals((await back.get() as string[])[1], FULL);
  assertEquals([await queue.get(), await child.join(), await queue.qsize()], ["first", 0, 0]);
});

/** Takers whose waits end while items come. */
async function raceForItems(by: "timeout" | "signal"): Promise<void> {
  const queue = new Queue<number>();
  const back = new Queue<number>();
  const child = new Process({ target: race, args: [queue, back, by] }).start();
  const here = race(queue, back, by);
  for (const n of numbers(400)) {
    await queue.put(n);
    await delay(n % 4);
  }
  await queue.put(-1);
  await queue.put(-1);
  await here;
  assertEquals(await child.join(), 0);
  const items: number[] = [];
  while (!await back.empty()) items.push(await back.get());
  assertEquals(items.filter((item) => item >= 0).sort((a, b) => a - b), numbers(400));
  assertEquals(await queue.qsize(), 0);
}

/** Producers whose waits end while there comes room. */
async function raceForRoom(by: "timeout" | "signal"): Promise<void> {
  for (const isHere of [true, false]) {
    const queue = new Queue<number>(1);
    const back = new Queue<number[]>();
    const child = isHere ? null : new Process({ target: tellRacePut, args: [queue, 300, by, back] }).start();
    const putting = child === null ? racePut(queue, 300, by) : back.get();
    const items: number[] = [];
    let isOver = false;
    void putting.then(() => isOver = true);
    while (!isOver || !await queue.empty()) {
      await delay(items.length % 4);
      if (!await queue.empty()) items.push(await queue.get());
    }
    assertEquals(items, await putting);
    assert(items.length > 0 && await queue.empty());
    assertEquals(await child?.join() ?? 0, 0);
  }
}

test("QueueWait.timeout that races with items gives every item once, here and in another process", async () => {
  await raceForItems("timeout");
});

test("QueueWait.timeout that races with room puts just the items whose put() settled, here and in another process", async () => {
  await raceForRoom("timeout");
});

test("QueueWait.signal that races with items gives every item once, here and in another process", async () => {
  await raceForItems("signal");
});

test("QueueWait.signal that races with room puts just the items whose put() settled, here and in another process", async () => {
  await raceForRoom("signal");
});

test("QueueWait.timeout of a get() is kept while the process of the queue is busy in a synchronous loop, and nothing is lost", async () => {
  const queues = [new Queue<unknown>(1), new Queue<unknown>()];
  const folder = scratch();
  const child = new Process({ target: getWhileBusy, args: [queues, folder] }).start();
  await until(() => exists(`${folder}/ready`), "the child has used the queues");
  await queues[0]!.put("first");
  assertEquals(blockUntil(() => exists(`${folder}/over`), 20_000), true); // no event loop turns here until the child has given up
  assertEquals(await child.join(), 0);
  assertEquals([textOf(`${folder}/told`), await queues[0]!.get(), await queues[1]!.qsize()], [
    "Empty,Empty",
    "first",
    0,
  ]);
});

/** Puts whose bounds end while this process computes, into a full queue, one with room, and one without bounds. */
async function putWithBusyOwner(by: "timeout" | "signal", isConnected: boolean, outcomes: string): Promise<void> {
  const queues = [1, 2, 0].map((maxsize) => new JoinableQueue<unknown>(maxsize));
  for (const queue of queues) await queue.put("first");
  const folder = scratch();
  const child = new Process({ target: putWhileBusy, args: [queues, folder, by, isConnected] }).start();
  await until(() => exists(`${folder}/ready`), "the child is ready");
  blockFor(2_000);
  assertEquals(exists(`${folder}/over`), by === "signal" && !isConnected);
  assertEquals(await child.join(), 0);
  assertEquals(textOf(`${folder}/told`), outcomes);
  const items: unknown[][] = [];
  for (const queue of queues) {
    const held: unknown[] = [];
    for (; !await queue.empty(); await queue.taskDone()) held.push(await queue.get());
    items.push(held);
    assertEquals(await queue.join({ timeout: 10_000 }), true);
  }
  assertEquals(items, outcomes.split(",").map((each) => each === "put" ? ["first", "late"] : ["first"]));
}

test("QueueWait.timeout of a put() that is over while the process of the queue is busy: the put() settles when that process answers, and has put just when it resolves", async () => {
  await putWithBusyOwner("timeout", true, "Full,put,put");
});

test("QueueWait.timeout of a put() that is over before its process has reached that of the queue: it rejects with Full only if there is no room", async () => {
  await putWithBusyOwner("timeout", false, "Full,put,put");
});

test("QueueWait.timeout of 0 or less, block: false and a timeout that is over reject with Full only if the queue is full, here and in another process, also when others have just put and then let no event loop turn", async () => {
  for (const wait of [{ timeout: 0 }, { block: false }, { timeout: 1 }]) {
    for (const isHere of [true, false]) {
      const [queue, back] = [new Queue<number>(64), new Queue<number>()];
      const settled = `${scratch()}/settled`;
      const spinning = new Process({ target: putMarkAndSpin, args: [queue, 8, settled] }).start();
      const filler = isHere
        ? null
        : new Process({ target: fillWhenMarked, args: [queue, wait, settled, back] }).start();
      if (isHere) await fillWhenMarked(queue, wait, settled, back);
      const filled = await back.get();
      assertEquals([await queue.qsize(), await queue.full(), spinning.isAlive()], [64, true, true]);
      assertEquals([await filler?.join() ?? 0, await kill(spinning)], [0, -9]);
      await queue.close();
      const items = await rest(queue);
      assertEquals(items.filter((item) => item >= 0), numbers(8));
      assertEquals(items.length, 8 + filled);
      assert(filled >= 56, `Full after ${filled}`);
    }
  }
});

test("QueueWait.timeout is kept whatever the clock of the other process tells", async () => {
  for (const shift of [3_600_000, -3_600_000]) {
    const handed = new Queue<Queue<string>>();
    const child = new Process({ target: handOwnAt, args: [handed, shift] }).start();
    const [queue, end] = [await handed.get(), await handed.get()];
    await queue.put("first", { timeout: 10_000 });
    await assertRejects(() => queue.put("late", { timeout: 30 }), Full);
    const putting = queue.put("second", { timeout: 10_000 });
    assertEquals(await queue.get({ timeout: 10_000 }), "first");
    await putting;
    assertEquals([await queue.get({ timeout: 10_000 }), await queue.qsize()], ["second", 0]);
    await assertRejects(() => queue.get({ timeout: 30 }), Empty);
    await end.put("end");
    assertEquals(await child.join(), 0);
  }
});

test("QueueWait.signal of a put() that is aborted before its process has reached that of the queue: it rejects at once, and nothing is put", async () => {
  await putWithBusyOwner("signal", false, "TimeoutError,TimeoutError,TimeoutError");
});

test("QueueWait.signal of a put() that is aborted while the process of the queue is busy: the put() settles when that process answers, and has put just when it resolves", async () => {
  await putWithBusyOwner("signal", true, "TimeoutError,put,put");
});

test("QueueWait.signal that is aborted already rejects with its reason, nothing is put and nothing taken", async () => {
  assertEquals(await everywhere("aborted"), Array(4).fill("no more"));
});

test("QueueWait.signal that is aborted meanwhile rejects with its reason, and the item and the room are another's", async () => {
  assertEquals(await everywhere("abortedMeanwhile"), ["no more", "no more"]);
});

test("QueueWait.signal that is aborted while the item comes: the item goes back, and the queue never holds more than maxsize", async () => {
  const queue = new Queue<number>(2);
  const folder = scratch();
  const child = new Process({ target: getAndAbort, args: [queue, `${folder}/waits`, `${folder}/go`] }).start();
  await until(() => exists(`${folder}/waits`), "the child waits, and its event loop does not turn");
  await queue.put(1); // goes to the child, which gives up before it can see that
  await queue.put(2);
  const putting = queue.put(3).then(() => "put");
  const late = await queue.put(4, { timeout: 50 }).then(() => "put", (error) => error.name);
  mark(`${folder}/go`);
  assertEquals([late, await child.join()], ["Full", 0]);
  assertEquals([await queue.qsize(), await queue.full()], [2, true]);
  assertEquals([await queue.get(), await putting, await queue.get(), await queue.get()], [1, "put", 2, 3]);
});

test("QueueWait.signal that is aborted while the item comes: the taker's next get() gives that item, before later ones", async () => {
  const [queue, back] = [new Queue<number>(), new Queue<number[]>()];
  const folder = scratch();
  const child = new Process({ target: getAndAbort, args: [queue, `${folder}/waits`, `${folder}/go`, back] }).start();
  await until(() => exists(`${folder}/waits`), "the child waits, and its event loop does not turn");
  for (const n of [1, 2, 3]) await queue.put(n);
  mark(`${folder}/go`);
  assertEquals([await back.get(), await child.join()], [[1, 2, 3], 0]);
});

test("QueueWait.signal that is aborted afterwards does nothing", async () => {
  assertEquals(await everywhere("abortedAfter"), [null, "first", "item", null]);
});

test("QueueWait rejects with a TypeError when timeout, signal or block is of the wrong kind", async () => {
  assertEquals(await everywhere("misused"), Array(12).fill("TypeError"));
});

test("Queue.get() serves first who came first, among takers of several processes", async () => {
  const queue = new Queue<number>();
  const back = new Queue<[string, unknown]>();
  const folder = scratch();
  const takers: Promise<unknown>[] = [];
  for (const n of numbers(6)) {
    if (n % 2 === 0) takers.push(queue.get().then((item) => back.put(["here", item])));
    else {
      const child = new Process({ target: wait, args: [queue, back, `${folder}/${n}`] }).start();
      takers.push(child.join());
      await until(() => exists(`${folder}/${n}`), "the child waits");
    }
  }
  for (const n of numbers(6)) await queue.put(n);
  await Promise.all(takers);
  const items: unknown[] = [];
  while (!await back.empty()) items.push(await back.get());
  assertEquals(items.filter(Array.isArray).map(([, item]) => item).sort(), [0, 2, 4]);
  assertEquals(items.filter((item) => !Array.isArray(item)).sort(), [1, 3, 5]);
});

test("Queue.put() serves first who came first, among producers of several processes", async () => {
  const queue = new Queue<unknown>(1);
  const folder = scratch();
  const producers: Promise<unknown>[] = [queue.put("full")];
  for (const n of numbers(6)) {
    if (n % 2 === 0) producers.push(queue.put(n));
    else {
      producers.push(new Process({ target: waitPut, args: [queue, n, `${folder}/${n}`] }).start().join());
      await until(() => exists(`${folder}/${n}`), "the child waits");
    }
  }
  const items: unknown[] = [];
  while (items.length < 7) items.push(await queue.get());
  assertEquals(items, ["full", ...numbers(6)]);
  await Promise.all(producers);
});

test("Queue.put() of others fills a queue to its bound although a process that has put many lets no event loop turn", async () => {
  const queue = new Queue<number>(100);
  const settled = `${scratch()}/settled`;
  const spinning = new Process({ target: putMarkAndSpin, args: [queue, 40, settled] }).start();
  await until(() => exists(settled), "the child has put its items");
  const child = new Process({ target: putAndReturn, args: [queue, 30] }).start();
  for (let n = 0; n < 30; n++) await queue.put(n);
  assertEquals([await child.join(), await queue.qsize(), await queue.full()], [0, 100, true]);
  assertEquals([await fill(queue, { timeout: 50 }), spinning.isAlive()], [0, true]);
  await kill(spinning);
});

test("Queue.put() of a process gets its turn while others put as fast as they can", async () => {
  const queue = new Queue<string>(100);
  const children = ["a", "b"].map((name) => new Process({ target: putName, args: [queue, name] }).start());
  const counts = new Map<string, number>();
  let taken = 0;
  const taking = (async () => {
    while ((counts.get("mine") ?? 0) < 200) {
      const name = await queue.get();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      taken++;
    }
  })();
  await until(() => counts.size === 2, "both have put");
  for (let n = 0; n < 200; n++) {
    const before = taken;
    await queue.put("mine");
    assert(taken - before <= 400, `${taken - before} others came before`);
  }
  await taking;
  for (const child of children) await kill(child);
});

test("Queue.get() that is pending keeps its program alive, in the queue's process and in another, and an idle queue does not", async () => {
  const { code, stdout, stderr } = await run("queue/_programs/idle.ts");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").sort(), ["child from the parent", "parent from the child"]);
});

noLeaks();
