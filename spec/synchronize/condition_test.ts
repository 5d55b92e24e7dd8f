import {
  Condition,
  Event,
  Lock,
  Process,
  Queue,
  RLock,
  Semaphore,
  StateError,
  TimeoutError,
  Value,
} from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { host, makeOf } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { notify, waiters } from "./_fixtures/condition_waiters.ts";

test("new Condition() makes a Lock of its own, or takes a Lock or an RLock that others use as well", async () => {
  const own = new Condition();
  await own.acquire();
  assertEquals(await own.acquire({ timeout: 0 }), false);
  for (const lock of [new Lock(), new RLock()]) {
    const condition = new Condition(lock);
    await condition.acquire();
    assertEquals(await lock.locked(), true);
    assertEquals(await condition.acquire({ timeout: 0 }), lock instanceof RLock);
    const other = new Condition(lock);
    await other.notify();
    await lock.release();
  }
});

test("new Condition() throws a TypeError when it is given something else than a lock", () => {
  for (const lock of [5, null, {}, new Semaphore(), new Event()]) {
    assertThrows(() => new Condition(lock as never), TypeError, "neither a Lock nor an RLock");
  }
});

test("new Condition() of another process's lock lives there, and is the same in every process that gets it", async () => {
  const [out, stop] = [new Queue<object[]>(), new Event()];
  const owner = new Process({ target: host, args: [out, stop] }).start();
  const [lock] = await out.get() as [Lock];
  const condition = new Condition(lock);
  await using one = await waiters(condition, 1);
  assertEquals(await lock.locked(), false);
  await notify(condition, 1);
  assertEquals(await one.waiting[0]!.outcome, true);
  await one.waiting[0]!.puppet.call("release");
  // Made by a child, of this process's lock.
  const mine = new Lock();
  const child = new Process({ target: makeOf, args: [mine, out] }).start();
  const [made, again] = await out.get() as [Condition, Condition];
  assertStrictEquals(made, again);
  await made.acquire();
  assertEquals([await child.join(), await mine.locked(), await made.wait({ timeout: 1 })], [0, true, false]);
  await stop.set();
  assertEquals(await owner.join(), 4);
});

test("Condition.acquire(), release() and hold() are those of its lock", async () => {
  const condition = new Condition(new RLock());
  await using other = new Puppet(condition);
  assertEquals(await other.call("hold"), false);
  assertEquals([await condition.acquire({ block: false }), await condition.acquire({ timeout: 10 })], [false, false]);
  await assertRejects(() => condition.hold({ timeout: 10 }), TimeoutError);
  await assertRejects(() => condition.release(), StateError);
  await other.end("kill");
  assertEquals((await condition.hold()).abandoned, true);
});

test("Condition.wait() releases the lock however often it was acquired, and holds it as often again when it settles", async () => {
  const lock = new RLock();
  const condition = new Condition(lock);
  await using other = new Puppet(condition);
  for (let n = 0; n < 3; n++) await other.call("acquire");
  const { outcome } = await other.begin("wait");
  assertEquals(await lock.acquire({ timeout: 0 }), true);
  await condition.notify();
  await lock.release();
  assertEquals(await outcome, true);
  for (let n = 0; n < 3; n++) {
    assertEquals(await lock.acquire({ timeout: 0 }), false);
    await other.call("release");
  }
  assertEquals(await lock.acquire({ timeout: 0 }), true);
});

test("Condition.wait() gives true when it was notified, and false when the timeout came first, at once when that is 0 or less", async () => {
  for (const condition of [new Condition(), new Condition(new RLock())]) {
    await using other = new Puppet(condition);
    await condition.acquire();
    for (const timeout of [0, -3, 20]) assertEquals(await condition.wait({ timeout }), false);
    assertEquals(await other.call("acquire", { timeout: 0 }), false);
    await condition.release();
    await other.call("acquire");
    for (const timeout of [0, 20]) assertEquals(await other.call("wait", { timeout }), false);
    assertEquals(await condition.acquire({ timeout: 0 }), false);
    const { outcome } = await other.begin("wait", { timeout: 1e9 });
    await notify(condition, 1);
    assertEquals(await outcome, true);
    await other.call("release");
  }
});

test("Condition.wait() rejects with a StateError when this process does not hold the lock", async () => {
  for (const condition of [new Condition(), new Condition(new RLock())]) {
    await using other = new Puppet(condition);
    const refused = "Cannot wait on condition: this process does not hold its lock";
    await assertRejects(() => condition.wait(), StateError, refused);
    await condition.acquire();
    await assertRejects(() => other.call("wait", { timeout: 5 }), StateError, refused);
    await assertRejects(() => other.call("wait", { timeout: 0 }), StateError, refused);
  }
});

test("Condition.wait() with a timeout that comes while another holds the lock settles when it has the lock again", async () => {
  const condition = new Condition();
  await using one = await waiters(condition, 0);
  await using other = new Puppet(condition);
  await other.call("acquire");
  const { outcome } = await other.begin("wait", { timeout: 20 });
  let isOver = false;
  void outcome.then(() => isOver = true);
  await condition.acquire();
  await delay(60);
  assertEquals([isOver, one.waiting.length], [false, 0]);
  await condition.notify(); // it has given up
  await condition.release();
  assertEquals(await outcome, false);
  assertEquals(await condition.acquire({ timeout: 0 }), false);
});

test("Condition.wait() rejects with the reason of its signal when it has the lock again, and keeps the lock when that was aborted before", async () => {
  const condition = new Condition();
  await using other = new Puppet(condition);
  await other.call("acquire");
  const { outcome, cancel } = await other.begin("wait");
  await condition.acquire();
  await cancel();
  let isOver = false;
  void outcome.catch(() => isOver = true);
  await delay(30);
  assertEquals(isOver, false);
  await condition.release();
  await assertRejects(() => outcome, Error, "called off");
  assertEquals(await condition.acquire({ timeout: 0 }), false);
  await other.call("release");
  await condition.acquire();
  const signal = AbortSignal.abort(new RangeError("before"));
  await assertRejects(() => condition.wait({ signal }), RangeError, "before");
  const controller = new AbortController();
  const own = assertRejects(() => condition.wait({ signal: controller.signal }), RangeError, "while");
  controller.abort(new RangeError("while"));
  await own;
  assertEquals(await other.call("acquire", { timeout: 0 }), false);
});

test("Condition.wait() rejects with a TypeError when its bounds are of the wrong kind, and keeps the lock", async () => {
  const condition = new Condition(new Lock());
  await condition.acquire();
  for (const options of [{ timeout: "1" }, { signal: 1 }, 5]) {
    await assertRejects(() => condition.wait(options as never), TypeError, "Cannot wait on condition");
  }
  assertEquals(await condition.acquire({ timeout: 0 }), false);
});

test("Condition.wait() of several tasks of one process, which are told apart by a Lock", async () => {
  const condition = new Condition();
  const order: number[] = [];
  const tasks = [0, 1, 2].map(async (task) => {
    await using _ = await condition.hold();
    assertEquals(await condition.wait(), true);
    order.push(task);
  });
  await notify(condition, 2);
  await until(() => order.length === 2, "two have gone on");
  await notify(condition);
  await Promise.all(tasks);
  assertEquals(order, [0, 1, 2]);
});

test("Condition.wait() rejects with a StateError that says to use a Lock when another task of the process gave the RLock up", async () => {
  const condition = new Condition(new RLock());
  await condition.acquire();
  await condition.acquire();
  const first = condition.wait();
  await assertRejects(
    () => condition.wait(),
    StateError,
    "tasks of one process share an RLock, make the condition of a Lock",
  );
  await notify(condition);
  assertEquals(await first, true);
});

test("Condition.waitFor() gives true when the predicate holds, and asks it again at every notice, in this process", async () => {
  const condition = new Condition();
  let [asked, value] = [0, 0];
  await condition.acquire();
  assertEquals(await condition.waitFor(() => 5), true);
  await using other = new Puppet(condition);
  const waiting = condition.waitFor(() => {
    asked++;
    return value === 3;
  });
  for (let n = 1; n <= 3; n++) {
    await other.call("acquire");
    assertEquals(asked, n);
    value = n;
    await other.call("notify");
    await other.call("release");
    await until(() => asked === n + 1, "it was asked");
  }
  assertEquals([await waiting, await other.call("acquire", { timeout: 0 })], [true, false]);
});

test("Condition.waitFor() gives false when the timeout comes first, counted over all its waits", async () => {
  const condition = new Condition(new Lock());
  await condition.acquire();
  let asked = 0;
  const start = performance.now();
  const waiting = condition.waitFor(() => ++asked < 0, { timeout: 120 });
  for (let n = 0; n < 4; n++) {
    await notify(condition, 1);
    await delay(20);
  }
  assertEquals(await waiting, false);
  const took = performance.now() - start;
  assert(took >= 119, `${took} ms`);
  assert(asked > 4, `asked ${asked} times`);
  assertEquals(await condition.waitFor(() => false, { timeout: 0 }), false);
  assertEquals(await condition.acquire({ timeout: 0 }), false);
});

test("Condition.waitFor() rejects with what the predicate throws, and holds the lock then", async () => {
  const condition = new Condition(new Lock());
  await condition.acquire();
  const fail = () => {
    throw new RangeError("no idea");
  };
  await assertRejects(() => condition.waitFor(fail), RangeError, "no idea");
  assertEquals(await condition.acquire({ timeout: 0 }), false);
});

test("Condition.waitFor() takes a predicate that gives a promise, and throws a TypeError for none", async () => {
  const [condition, value] = [new Condition(), new Value("i")];
  await condition.acquire();
  assertEquals(await condition.waitFor(async () => await value.get() === 1, { timeout: 5 }), false);
  await value.set(1);
  assertEquals(await condition.waitFor(async () => await value.get() === 1), true);
  await assertRejects(() => condition.waitFor(true as never), TypeError, "the predicate is not a function");
});

noLeaks();
