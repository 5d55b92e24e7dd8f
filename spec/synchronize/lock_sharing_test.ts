import { ConnectError, Event, Pool, Process, Queue, Value, WorkerLostError } from "../../mod.ts";
import {
  addKept,
  type All,
  askBelow,
  Asker,
  giveBack,
  giveLater,
  keep,
  makeAll,
  releaseAndReturn,
  takeAndDie,
  waitWhileBusy,
} from "./_fixtures/lock_sharing.ts";
import { askAll, host, inTask } from "./_fixtures/lock_ways.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import { assertEquals, assertMatch, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { blockUntil } from "../_support/blocking.ts";
import { scratch } from "../_support/folder.ts";
import { exists, textOf } from "../_support/scratch.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** What askAll() tells of untouched ones. */
const ANSWERS = [false, false, 3, 4, false, "notified", 0, 5];

async function ran(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(`synchronize/_programs/${program}.ts`, { args, limit: 80_000 });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

test("Locks arrive as what they are in arguments, queues, Maps, fields of a Process subclass, grandchildren, pools' tasks and initializers", async () => {
  const [all, to] = [makeAll(), new Queue<unknown>()];
  const ways = [
    () => new Process({ target: askAll, args: [all, to] }),
    () => new Asker(all, to),
    () => new Process({ target: askBelow, args: [all, to] }),
  ];
  for (const way of ways) {
    const child = way().start();
    assertEquals([await to.get(), await child.join()], [ANSWERS, 0] as never);
  }
  await to.put(new Map([["all", all]]));
  const { all: arrived } = Object.fromEntries(await to.get() as Map<"all", All>) as { all: All };
  assertEquals(arrived.map((each) => each.constructor.name), all.map((each) => each.constructor.name));
  const value = new Value("i");
  await using pool = new Pool(2, { initializer: keep, initargs: all });
  await Promise.all(Array.from({ length: 20 }, () => pool.apply(addKept, [value])));
  assertEquals(await value.get(), 20);
  await pool.apply(askAll, [all, to]);
  assertEquals(await to.get(), ANSWERS);
});

test("Locks work in a child whose module does not load the library", async () => {
  const [all, to] = [makeAll(), new Queue<unknown>()];
  // The module of askAll() imports types only.
  const child = new Process({ target: askAll, args: [all, to] }).start();
  assertEquals([await to.get(), await child.join()], [ANSWERS, 0] as never);
  await using pool = new Pool(1);
  assertEquals(await pool.apply(inTask, [all[5], 4]), 16);
});

test("Locks that are received twice, or come back to their owner, are one object, and the lock of a Condition is too", async () => {
  const [all, to] = [makeAll(), new Queue<[All, boolean]>()];
  const again = new Map(all.map((each, at) => [String(at), each]));
  const child = new Process({ target: giveBack, args: [all, again, to] }).start();
  const [back, isSame] = await to.get();
  assertEquals([isSame, await child.join()], [true, 0]);
  for (const [at, each] of back.entries()) assertStrictEquals(each, all[at]);
  await all[5].acquire();
  assertEquals(await back[5].acquire({ timeout: 0 }), false);
});

test("Locks that come back to an owner that kept no hold of them are the same, and held by the same", async () => {
  const [when, to] = [new Event(), new Queue<All>()];
  const weak = await (async () => {
    const all = makeAll();
    for (const each of [all[0], all[1], all[2], all[3], all[5]]) await each.acquire();
    new Process({ target: giveLater, args: [all, when, to], name: "keeper" }).start();
    return new WeakRef(all[1]);
  })();
  for (let round = 0; round < 60 && weak.deref() !== undefined; round++) {
    Array.from({ length: 100_000 }, (_, n) => ({ n }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await when.set();
  const [lock, rlock, semaphore, bounded, , condition, barrier] = await to.get();
  assertEquals(await lock.acquire({ timeout: 0 }), false);
  assertEquals([await semaphore.getValue(), await bounded.getValue(), barrier.parties], [2, 3, 5]);
  await condition.notify();
  for (const each of [lock, rlock, semaphore, bounded, condition]) await each.release();
  assertEquals([await lock.locked(), await rlock.locked(), await semaphore.getValue()], [false, false, 3]);
});

test("Locks in a pool's tasks keep order among the workers, and are free when a worker is lost", async () => {
  const all = makeAll();
  const [lock, rlock, semaphore, bounded, , condition] = all;
  await using pool = new Pool(2);
  for (const each of [lock, rlock, semaphore, bounded, condition]) {
    const numbers = Array.from({ length: 30 }, (_, n) => [each, n] as [typeof lock, number]);
    assertEquals(await pool.starmap(inTask as never, numbers), numbers.map(([, n]) => n * n) as never);
  }
  await assertRejects(() => pool.apply(takeAndDie, [all]), WorkerLostError);
  for (const each of [lock, rlock, semaphore, bounded, condition]) {
    await using held = await each.hold({ timeout: 10_000 });
    assertEquals([each.constructor.name, held.abandoned], [each.constructor.name, true]);
  }
  assertEquals([await semaphore.getValue(), await bounded.getValue()], [3, 4]);
});

test("Locks whose owner is busy in a synchronous loop: what a timeout or a signal has ended meanwhile holds nothing when the owner goes on", async () => {
  for (const by of ["timeout", "signal"] as const) {
    const [all, to, end] = [makeAll(), new Queue<unknown>(), new Queue<null>()];
    const [lock, rlock, semaphore, bounded, event, condition, barrier] = all;
    const folder = scratch();
    const child = new Process({ target: waitWhileBusy, args: [all, to, end, folder, by] }).start();
    await until(() => exists(`${folder}/ready`), "the child holds the condition's lock");
    assertEquals(blockUntil(() => exists(`${folder}/over`), 20_000), true);
    const late = by === "timeout" ? "TimeoutError" : "over";
    const no = by === "timeout" ? false : "over";
    assertEquals(textOf(`${folder}/told`), JSON.stringify([no, no, late, no, no]));
    assertEquals(await to.get(), by === "timeout" ? [false, "BrokenBarrierError"] : ["over", "over"]);
    assertEquals([await lock.locked(), await rlock.locked(), await event.isSet()], [false, false, false]);
    assertEquals([await semaphore.getValue(), await bounded.getValue()], [3, 4]);
    assertEquals([await barrier.nWaiting(), await barrier.broken()], [0, true]);
    assertEquals(await condition.acquire({ block: false }), false); // the child has it again
    await end.put(null);
    assertEquals([await condition.acquire(), await child.join()], [true, 0]);
  }
});

test("Locks that were made before fork() are the parent's own in the child", async () => {
  const { child, place, parent } = told(await ran("lock_fork"));
  assertEquals(child![0]![0], true);
  assertEquals((child![0]![1] as unknown[]).slice(4), [2, 3, true]);
  assertEquals(place!.flat().map(Number).sort(), [3, 4]);
  assertEquals(parent, [[[false, false, true]]]);
});

test("Locks that the parent held at the fork are not held by the child", async () => {
  const { child } = told(await ran("lock_fork"));
  assertEquals((child![0]![1] as unknown[]).slice(0, 4), [
    false,
    false,
    "StateError: Cannot release recursive lock: this process does not hold it, acquire it first",
    "StateError: Cannot notify condition: this process does not hold its lock, acquire it first",
  ]);
});

test("Locks before the fork point: what gives nothing is not done again, what gives something is a ForkError that says snapshot()", async () => {
  const { asked, parent } = told(await ran("lock_fork"));
  const [name, ...given] = asked![0]![0] as string[];
  assertEquals([name, given.length], ["ForkError", 9]);
  for (const each of given) assertMatch(each, /^ForkError: Cannot .* on the way to a fork: .*snapshot\(\)/);
  assertEquals(parent![0]![0], [false, false, true]);
});

test("Locks that a module makes while a child imports it reject with a StateError when they are used, and cannot be passed on", async () => {
  const [code, uses] = JSON.parse(await ran("lock_module")) as [number, string[]];
  assertEquals([code, uses.length], [0, 26]);
  for (const use of uses.slice(0, 19)) {
    assertMatch(use, /^StateError: Cannot .*: a module made it while this child imported it, pass the parent's/);
  }
  for (const use of uses.slice(19)) assertMatch(use, /^(SerializationError|StateError): /);
});

test("Locks reject with a ConnectError at once when their owner dies, whatever waits there", async () => {
  const [out, stop] = [new Queue<All>(), new Event()];
  const owner = new Process({ target: host, args: [out, stop] }).start();
  const [lock, rlock, semaphore, bounded, event, condition, barrier] = await out.get();
  for (const each of [lock, semaphore, bounded, condition]) await each.acquire();
  const waits = [lock.acquire(), semaphore.acquire(), bounded.hold(), event.wait(), condition.wait(), barrier.wait()];
  const rejected = waits.map((wait) => assertRejects(() => wait as Promise<unknown>, ConnectError));
  assertEquals(await barrier.nWaiting(), 1);
  await stop.set();
  await Promise.all(rejected);
  await assertRejects(() => rlock.release(), ConnectError);
  await assertRejects(() => event.set(), ConnectError);
  assertEquals(await owner.join(), 4);
});

test("Locks that are idle keep no program alive, and what waits for one does", async () => {
  assertEquals(await ran("lock_idle"), "the end\n");
  assertEquals(await ran("lock_idle", "wait"), "asks\nhas it true\n");
});

test("Locks are released by a child that does not await that, before it ends", async () => {
  const all = makeAll();
  assertEquals(await new Process({ target: releaseAndReturn, args: [all] }).start().join(), 0);
  const [lock, rlock, semaphore, , event, condition] = all;
  assertEquals([await lock.locked(), await rlock.locked(), await event.isSet()], [false, false, true]);
  for (const each of [lock, rlock, semaphore, condition]) {
    assertEquals((await each.hold({ timeout: 0 })).abandoned, false);
  }
  await until(async () => await event.isSet(), "it is set");
});

noLeaks();
