import { Condition, Lock, Process, StateError, Value } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { consume } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { notify, waiters } from "./_fixtures/condition_waiters.ts";

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
