import { Pool, Process, Queue } from "../../mod.ts";
import { bounceOne, holdQueue, putHeld, putInto } from "../queue/_fixtures/plain.ts";
import {
  answerIn,
  compare,
  handDown,
  hostQueue,
  type Nested,
  putAndGive,
  putNested,
  putPid,
  Putter,
} from "./_fixtures/sharing_ways.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import { assertEquals, assertMatch, assertStrictEquals } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

async function take<T>(queue: Queue<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < count) items.push(await queue.get());
  return items;
}

async function ran(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(`remote/_programs/${program}.ts`, { args, limit: 80_000 });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

/** Uses memory up until it is collected, or much has been used. */
async function collected(weak: WeakRef<object>): Promise<void> {
  for (let round = 0; round < 100 && weak.deref() !== undefined; round++) {
    Array.from({ length: 100_000 }, (_, n) => ({ n }));
    await delay(1);
  }
}

test("Queue arrives as a queue in the arguments of a Process, also deep within objects, Maps and Sets", async () => {
  const queue = new Queue<unknown>();
  const nested: Nested = { list: [queue], map: new Map([["key", { deep: queue }]]), set: new Set([queue]) };
  assertEquals(await new Process({ target: putNested, args: [nested] }).start().join(), 0);
  assertEquals(await take(queue, 3), [["list", true], ["map", true], ["set", true]]);
});

test("Queue arrives as a queue in a field of a Process subclass", async () => {
  const queue = new Queue<unknown>();
  assertEquals(await new Putter(queue).start().join(), 0);
  assertEquals(await queue.get(), "from Queue in a field");
});

test("Queue arrives as a queue in the items of another queue, and in its own", async () => {
  const ways = new Queue<{ reply: Queue<unknown>; n: number }>();
  const child = new Process({ target: answerIn, args: [ways] }).start();
  for (const n of [2, 3]) {
    const reply = new Queue<unknown>();
    await ways.put({ reply, n });
    assertEquals(await reply.get(), n * n);
  }
  await ways.close();
  assertEquals(await child.join(), 0);
  const own = new Queue<unknown>();
  await own.put([own]);
  assertStrictEquals((await own.get() as unknown[])[0], own);
});

test("Queue arrives as a queue in grandchildren and siblings, and lives where it was made", async () => {
  const queue = new Queue<unknown>();
  const children = [1, 2].map(() => new Process({ target: handDown, args: [queue, 2] }).start());
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals((await take(queue, 6)).sort(), [0, 0, 1, 1, 2, 2]);
});

test("Queue arrives as a queue in arguments, results and initargs of a pool", async () => {
  const queue = new Queue<unknown>();
  await using pool = new Pool(1, { initializer: holdQueue, initargs: [queue] });
  const [same, made] = await pool.apply(putAndGive, [queue, "a task's"]);
  assertStrictEquals(same, queue);
  assertEquals([await queue.get(), await made.get()], ["a task's", "made for a task's"]);
  await made.put("more"); // it lives in the worker, which goes on
  assertEquals(await made.get(), "more");
  await pool.apply(putHeld, ["held"]);
  assertEquals(await queue.get(), "held");
  assertEquals(await pool.starmap(putInto, [[queue, 1], [queue, 2]]), ["Queue", "Queue"]);
  assertEquals(await take(queue, 2), [1, 2]);
});

test("Queue that a child made is used by its parent and its siblings while the child lives", async () => {
  const ways = new Queue<Queue<number>>();
  const sums = new Queue<number>();
  const child = new Process({ target: hostQueue, args: [ways, sums, 4] }).start();
  const theirs = await ways.get();
  const siblings = [1, 2, 3].map(() => new Process({ target: putPid, args: [theirs] }).start());
  const pids = siblings.map((sibling) => sibling.pid!);
  for (const sibling of siblings) assertEquals(await sibling.join(), 0);
  await theirs.put(1_000_000);
  assertEquals(await sums.get(), 1_000_000 + pids.reduce((sum, pid) => sum + pid, 0));
  assertEquals(await child.join(), 0);
});

test("Shared object of any kind is used by who gets it at once, before its owner has loaded what the kind needs", async () => {
  const kinds = ["Queue", "Pipe", "Lock", "Semaphore", "Event", "Barrier", "Value", "SharedArray"];
  assertEquals(await ran("sharing_at_once"), kinds.map((kind) => `${kind}\n`).join(""));
});

test("Queue works in a child whose module does not load the library, as argument, in a pool's task and its initializer", async () => {
  const there = new Queue<unknown>();
  const back = new Queue<unknown>();
  const child = new Process({ target: bounceOne, args: [there, back] }).start();
  await there.put([there, back]);
  const [[one, two], name] = await back.get() as [unknown[], string];
  assertEquals([one === there, two === back, name, await child.join()], [true, true, "Queue", 0]);
  {
    await using pool = new Pool(1);
    assertEquals(await pool.apply(putInto, [back, new Map([["key", there]])]), "Queue");
    assertStrictEquals((await back.get() as Map<string, unknown>).get("key"), there);
  }
  await using pool = new Pool(1, { initializer: holdQueue, initargs: [back] });
  await pool.apply(putHeld, ["held"]);
  assertEquals(await back.get(), "held");
});

test("Queue that is received twice is one object, and so it is in another message", async () => {
  const queue = new Queue<unknown>();
  const ways = new Queue<unknown>();
  const to = new Queue<unknown>();
  await ways.put([queue, queue]);
  await ways.put(queue);
  assertEquals(await new Process({ target: compare, args: [queue, ways, to] }).start().join(), 0);
  assertEquals(await to.get(), [true, true, true, true]);
});

test("Queue that comes back to its owner is the owner's own object", async () => {
  const queue = new Queue<unknown>();
  const there = new Queue<unknown>();
  await there.put(queue);
  assertStrictEquals(await there.get(), queue);
  const back = new Queue<unknown>();
  const child = new Process({ target: bounceOne, args: [there, back] }).start();
  await there.put([queue]);
  assertStrictEquals((await back.get() as unknown[][])[0]![0], queue);
  assertEquals(await child.join(), 0);
});

test("Queue that comes back to an owner that kept no hold of it is the same queue", async () => {
  const keeper = new Queue<Queue<unknown>>();
  const weak = await (async () => {
    const queue = new Queue<unknown>();
    await queue.put("kept");
    await keeper.put(queue);
    return new WeakRef(queue);
  })();
  await collected(weak);
  const queue = await keeper.get();
  assertEquals([await queue.get(), await queue.qsize()], ["kept", 0]);
  await queue.put("more");
  assertEquals(await queue.get(), "more");
});

test("Queue holds different items than another queue", async () => {
  const queues = [1, 2, 3].map(() => new Queue<number>());
  for (const [n, queue] of queues.entries()) await queue.put(n);
  assertEquals(await Promise.all(queues.map((queue) => queue.get())), [0, 1, 2]);
});

const UNKNOWN = "on the way to a fork: what it gave the parent is not known here, put it inside snapshot()";

test("Queue that was made before fork() is the parent's own in the child, and in the child's child", async () => {
  const { items, codes, grandchild } = told(await ran("sharing_fork"));
  assertEquals([items, codes, grandchild], [[[["child's", "grandchild's", "own"], 1, true]], [[[0]]], [[2]]]);
});

test("Queue.put() and Queue.close() before the fork point are not done again in the child, and settle there", async () => {
  const { put, items } = told(await ran("sharing_fork"));
  assertEquals(put, [["ClosedError: Cannot put into queue: it is closed"]]);
  assertEquals((items![0]![0] as string[]).includes("before"), false);
});

test("Queue.get(), Queue.qsize() and JoinableQueue.join() before the fork point are a ForkError in the child that says snapshot(), and what snapshot() got is there", async () => {
  const { parent, child } = told(await ran("sharing_fork"));
  const nowait = "Empty: Cannot get from queue: it is empty";
  assertEquals(parent, [["before", [
    ["get", "again"],
    ["nowait", nowait],
    ["qsize", 0],
    ["full", false],
    ["join", false],
    ["simple", "before"],
  ]]]);
  assertEquals(child, [["before", [
    ["get", `ForkError: Cannot get from queue ${UNKNOWN}`],
    ["nowait", `ForkError: Cannot get from queue ${UNKNOWN}`],
    ["qsize", `ForkError: Cannot ask the size of queue ${UNKNOWN}`],
    ["full", `ForkError: Cannot ask whether queue is full ${UNKNOWN}`],
    ["join", `ForkError: Cannot join queue ${UNKNOWN}`],
    ["simple", `ForkError: Cannot get from queue ${UNKNOWN}`],
  ]]]);
});

test("Queue that a fork child makes after the fork is its own, another than the parent's", async () => {
  const { items } = told(await ran("sharing_fork"));
  assertEquals((items![0]![0] as string[])[2], "own");
});

test("Queue that a module makes while a child imports it rejects with a StateError when it is used, and cannot be passed on", async () => {
  const [codes, uses] = JSON.parse(await ran("sharing_module"));
  assertEquals(codes, [0, 0]);
  assertEquals(uses.length, 7);
  for (const use of uses.slice(0, 5)) {
    assertMatch(use, /^StateError: Cannot .*: a module made it while this child imported it, pass the parent's/);
  }
  assertMatch(uses[5], /^(SerializationError|StateError): /);
  assertEquals(uses[6], "done");
});

test("Queue that a module makes in the program is passed to a child that imports the module", async () => {
  const [, , isSame] = JSON.parse(await ran("sharing_module"));
  assertEquals(isSame, false);
});

test("Queue that is idle keeps no program alive, however it was used", async () => {
  assertEquals((await ran("sharing_idle")).trim().split("\n").sort(), ["child 1", "parent 0"]);
});

test("Queue in a child that waits for an owner that is busy ends with the child's own bounds", async () => {
  assertEquals((await ran("sharing_busy", scratch())).trim().split("\n").sort(), ["child Empty", "parent true"]);
});

noLeaks();
