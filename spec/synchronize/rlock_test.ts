import { Process, Queue, RLock, StateError, TimeoutError, Value } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { dieSomewhere, snatch } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("RLock.acquire() gives true at once to the process that holds it, as often as it likes", async () => {
  const lock = new RLock();
  await using other = new Puppet(lock);
  for (let n = 0; n < 3; n++) assertEquals(await lock.acquire({ block: false }), true);
  assertEquals(await other.call("acquire", { block: false }), false);
  for (let n = 0; n < 3; n++) await lock.release();
  for (let n = 0; n < 3; n++) assertEquals(await other.call("acquire", { timeout: 0 }), true);
  assertEquals(await lock.acquire({ timeout: 0 }), false);
});

test("RLock.acquire() of another process waits until it was released as often as it was acquired", async () => {
  const lock = new RLock();
  await using other = new Puppet(lock);
  for (let n = 0; n < 3; n++) await other.call("acquire");
  let has = false;
  const mine = lock.acquire().then(() => has = true);
  for (let n = 0; n < 2; n++) await other.call("release");
  assertEquals([has, await lock.locked()], [false, true]);
  await other.call("release");
  await mine;
  assertEquals(await other.call("acquire", { block: false }), false);
  await lock.release();
  assertEquals(await lock.locked(), false);
});

test("RLock.acquire() is a Lock's in all else: timeouts, signals, order, and one process at a time", async () => {
  const [lock, out] = [new RLock(), new Queue<number[]>()];
  const children = [1, 2, 3].map(() => new Process({ target: snatch, args: [lock, 300, out] }).start());
  for (const child of children) assertEquals(await child.join(), 0);
  for (let n = 0; n < 3; n++) assert((await out.get())[0]! > 0);
  assertEquals(await lock.locked(), false);
  await using one = new Puppet(lock);
  await using two = new Puppet(lock);
  await one.call("acquire");
  assertEquals(await lock.acquire({ timeout: 20 }), false);
  await assertRejects(() => lock.hold({ timeout: 20 }), TimeoutError, "Cannot hold recursive lock");
  const controller = new AbortController();
  const aborted = assertRejects(() => lock.acquire({ signal: controller.signal }), Error, "enough");
  const { outcome } = await two.begin("acquire");
  let has = false;
  const mine = lock.acquire().then(() => has = true);
  controller.abort(new Error("enough"));
  await aborted;
  await one.call("release");
  assertEquals([await outcome, has], [true, false]);
  await two.call("release");
  await mine;
});

test("RLock.release() rejects with a StateError when nobody holds it, or another process does, and changes nothing", async () => {
  const lock = new RLock();
  const refused = "Cannot release recursive lock: this process does not hold it";
  await assertRejects(() => lock.release(), StateError, refused);
  await using other = new Puppet(lock);
  await other.call("acquire");
  await assertRejects(() => lock.release(), StateError, refused);
  assertEquals(await lock.locked(), true);
  await other.call("release");
  await assertRejects(() => other.call("release"), StateError, refused);
  await lock.acquire();
  await assertRejects(() => other.call("release"), StateError, refused);
  assertEquals(await other.call("acquire", { timeout: 0 }), false);
});

test("RLock.hold() within another of the same process holds it until both blocks have ended", async () => {
  const lock = new RLock();
  {
    await using outer = await lock.hold();
    {
      await using inner = await lock.hold();
      assertEquals([outer.abandoned, inner.abandoned], [false, false]);
    }
    assertEquals(await lock.locked(), true);
  }
  assertEquals(await lock.locked(), false);
});

test("RLock is free when its holder dies, however often it has acquired it, and the next hold() is told that it was abandoned, once", async () => {
  const [lock, inside] = [new RLock(), new Value("i")];
  for (const way of ["kill", "exit"]) {
    await using other = new Puppet(lock);
    for (let n = 0; n < 3; n++) await other.call("hold");
    await other.end(way);
    const held = await lock.hold();
    await using again = await lock.hold();
    assertEquals([held.abandoned, again.abandoned], [true, false]);
    await held[Symbol.asyncDispose]();
  }
  for (let round = 0; round < 5; round++) {
    const child = new Process({ target: dieSomewhere, args: [lock, inside] }).start();
    await delay(30 + round * 5);
    child.kill();
    await child.join();
    await using _ = await lock.hold({ timeout: 10_000 });
  }
  assertEquals(await lock.locked(), false);
});

test("RLock.acquire() of several tasks that wait in one process serves each in its turn, between those of other processes", async () => {
  const lock = new RLock();
  await lock.acquire();
  await using one = new Puppet(lock);
  await using two = new Puppet(lock);
  const order: string[] = [];
  const outcomes: Promise<unknown>[] = [];
  for (const [who, name] of [[one, "one"], [two, "two"], [one, "one again"]] as const) {
    const { outcome } = await who.begin("acquire");
    outcomes.push(outcome.then(() => {
      order.push(name);
      return who.call("release");
    }));
  }
  await lock.release();
  await Promise.all(outcomes);
  assertEquals(order, ["one", "two", "one again"]);
});

noLeaks();
