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
import { consume, host, makeOf } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Waiters in processes of their own, in this order. */
async function waiters(condition: Condition, count: number) {
  const stack = new AsyncDisposableStack();
  const waiting = [];
  for (let place = 0; place < count; place++) {
    const puppet = stack.use(new Puppet(condition));
    await puppet.call("acquire");
    const { outcome, cancel } = await puppet.begin("wait");
    const state = { puppet, outcome, cancel, isOver: false };
    void outcome.finally(() => state.isOver = true).catch(() => {});
    waiting.push(state);
  }
  return { waiting, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function notify(condition: Condition, n?: number): Promise<void> {
  await using _ = await condition.hold();
  await (n === undefined ? condition.notifyAll() : condition.notify(n));
}

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

test("Condition.notify() wakes the first who waits, or as many as it is told, across processes, in their order", async () => {
  const condition = new Condition();
  await using six = await waiters(condition, 5);
  const over = () => six.waiting.map(({ isOver }) => isOver);
  const settle = async (count: number) => {
    for (let place = 0; place < count; place++) {
      const { outcome, puppet } = six.waiting[place]!;
      assertEquals(await outcome, true);
      await puppet.call("release").catch(() => {}); // some have released it already
    }
  };
  await notify(condition, 1);
  await settle(1);
  assertEquals(over(), [true, false, false, false, false]);
  await notify(condition, 2);
  await settle(3);
  assertEquals(over(), [true, true, true, false, false]);
  await notify(condition, 10);
  await settle(5);
});

test("Condition.notify() does nothing when nobody waits, or for 0 or less", async () => {
  const condition = new Condition();
  await condition.acquire();
  assertEquals(await condition.notify(), undefined);
  await condition.notifyAll();
  await condition.release();
  await using one = await waiters(condition, 1);
  await condition.acquire();
  await condition.notify(0);
  await condition.notify(-1);
  await condition.release();
  await using other = new Puppet(condition);
  await other.call("acquire");
  assertEquals(one.waiting[0]!.isOver, false);
  await other.call("notify", 1);
  await other.call("release");
  assertEquals(await one.waiting[0]!.outcome, true);
});

test("Condition.notifyAll() wakes all who wait", async () => {
  const condition = new Condition(new Lock());
  await using three = await waiters(condition, 3);
  await notify(condition);
  for (const { outcome, puppet } of three.waiting) {
    assertEquals(await outcome, true);
    await puppet.call("release");
  }
});

test("Condition.notify() and notifyAll() reject with a StateError when this process does not hold the lock, and notify() with a TypeError when n is not a whole number", async () => {
  const condition = new Condition();
  await using other = new Puppet(condition);
  for (const act of ["notify", "notifyAll"] as const) {
    await assertRejects(() => condition[act](), StateError, "Cannot notify condition");
    await condition.acquire();
    await assertRejects(() => other.call(act), StateError, "does not hold its lock");
    await condition.release();
  }
  for (const n of [1.5, NaN, "1", null]) {
    await assertRejects(() => condition.notify(n as number), TypeError, "whole number");
  }
});

test("Condition.notify() wakes who waited before it, and not who waits after it", async () => {
  const condition = new Condition();
  await notify(condition, 1);
  await condition.acquire();
  assertEquals(await condition.wait({ timeout: 20 }), false);
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

test("Condition.notify() does not count a waiter that was killed, that timed out or that was aborted", async () => {
  const condition = new Condition();
  await using four = await waiters(condition, 3);
  const [killed, aborted, living] = four.waiting;
  await using late = new Puppet(condition);
  await late.call("acquire");
  assertEquals(await late.call("wait", { timeout: 10 }), false);
  await late.call("release");
  await killed!.puppet.kill();
  await aborted!.cancel();
  await assertRejects(() => aborted!.outcome, Error, "called off");
  await aborted!.puppet.call("release");
  await notify(condition, 1);
  assertEquals(await living!.outcome, true);
});

test("Condition.notify() goes to the next when the one whom it woke dies, or gives up, before it has the lock", async () => {
  const condition = new Condition();
  await using four = await waiters(condition, 4);
  const [first, second, third, fourth] = four.waiting;
  await condition.acquire();
  await condition.notify();
  await first!.puppet.kill();
  await second!.cancel();
  await condition.release();
  assertEquals(await third!.outcome, true);
  await third!.puppet.call("release");
  await assertRejects(() => second!.outcome, Error, "called off");
  await second!.puppet.call("release");
  assertEquals([await condition.acquire(), fourth!.isOver], [true, false]);
});

test("Condition has its lock free again when a process dies that holds it, and when one dies that waits", async () => {
  const condition = new Condition();
  await using two = await waiters(condition, 2);
  const [one, other] = two.waiting;
  await notify(condition, 1);
  assertEquals(await one!.outcome, true);
  await one!.puppet.kill(); // with the lock
  const held = await condition.hold();
  assertEquals(held.abandoned, true);
  await held[Symbol.asyncDispose]();
  await other!.puppet.kill();
  assertEquals((await condition.hold({ timeout: 5_000 })).abandoned, false);
});

test("Condition loses no notice when waiters are killed and time out again and again", async () => {
  const [condition, stock, eaten] = [new Condition(new Lock()), new Value("i"), new Value("i")];
  const mortal = () => new Process({ target: consume, args: [condition, stock, eaten, 2], stderr: "null" }).start();
  const steady = new Process({ target: consume, args: [condition, stock, eaten, 1e9], stderr: "null" }).start();
  let victims = [mortal(), mortal()];
  for (let n = 0; n < 150; n++) {
    {
      await using _ = await condition.hold();
      await stock.add(1);
      await condition.notify();
    }
    if (n % 15 !== 14) continue;
    for (const victim of victims) victim.kill();
    for (const victim of victims) await victim.join();
    victims = [mortal(), mortal()];
  }
  // Whoever is left takes all that there is, without another notice.
  await until(async () => await stock.get() === 0, "everything was taken", 15_000);
  const total = await eaten.get();
  assert(total >= 120 && total <= 150, `${total} taken`); // a killed one may have died between taking and telling
  for (const child of [steady, ...victims]) {
    child.kill();
    await child.join();
  }
  assertEquals((await condition.hold({ timeout: 5_000 })).abandoned !== undefined, true);
}, { limit: 60_000 });

noLeaks();
