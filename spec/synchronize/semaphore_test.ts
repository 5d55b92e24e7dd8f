import { BoundedSemaphore, Process, Queue, Semaphore, TimeoutError, Value } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { addUnder, snatch } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("new Semaphore() has one permit, or as many as it is given, also none", async () => {
  assertEquals(await new Semaphore().getValue(), 1);
  assertEquals(await new Semaphore(7).getValue(), 7);
  const none = new Semaphore(0);
  assertEquals([await none.getValue(), await none.acquire({ block: false })], [0, false]);
});

test("new Semaphore() throws a TypeError when the value is not a whole number, and a RangeError when it is below 0", () => {
  for (const value of [1.5, NaN, Infinity, "1", null, {}]) {
    assertThrows(() => new Semaphore(value as number), TypeError, "whole number");
  }
  assertThrows(() => new Semaphore(-1), RangeError, "below 0");
});

test("new BoundedSemaphore() takes the same values as new Semaphore()", async () => {
  assertEquals(await new BoundedSemaphore().getValue(), 1);
  assertEquals(await new BoundedSemaphore(0).getValue(), 0);
  assertEquals(new BoundedSemaphore(3) instanceof Semaphore, true);
  assertThrows(() => new BoundedSemaphore(0.5), TypeError);
  assertThrows(() => new BoundedSemaphore(-1), RangeError);
});

test("Semaphore.acquire() takes a permit, and waits while there is none, first come, first served, across processes", async () => {
  const semaphore = new Semaphore(2);
  await using one = new Puppet(semaphore);
  await using two = new Puppet(semaphore);
  assertEquals([await one.call("acquire"), await semaphore.acquire()], [true, true]);
  assertEquals(await two.call("getValue"), 0);
  const order: number[] = [];
  const outcomes: Promise<unknown>[] = [];
  for (let place = 0; place < 6; place++) {
    const who = [two, null, one][place % 3]!;
    const taken = who === null ? semaphore.acquire() : (await who.begin("acquire")).outcome;
    outcomes.push(taken.then(() => order.push(place)));
  }
  for (let count = 1; count <= 6; count++) {
    await semaphore.release();
    await until(() => order.length === count, "the next has it");
  }
  await Promise.all(outcomes);
  assertEquals(order, [0, 1, 2, 3, 4, 5]);
});

test("Semaphore.acquire() gives false when there is none in time: at once with `block: false`, `timeout: 0` or less", async () => {
  const semaphore = new Semaphore(1);
  await using other = new Puppet(semaphore);
  await other.call("acquire", { timeout: 0 });
  for (const options of [{ block: false }, { timeout: 0 }, { timeout: -1 }, { timeout: 25 }]) {
    assertEquals(await semaphore.acquire(options), false);
    assertEquals(await other.call("acquire", options), false);
  }
  await assertRejects(() => semaphore.acquire({ timeout: "1" } as never), TypeError, "Cannot acquire semaphore");
});

test("Semaphore.acquire() rejects with the reason of its signal, and takes no permit then", async () => {
  const semaphore = new Semaphore(0);
  await using other = new Puppet(semaphore);
  const controller = new AbortController();
  const mine = assertRejects(() => semaphore.acquire({ signal: controller.signal }), Error, "mine");
  const { outcome, cancel } = await other.begin("acquire");
  await cancel();
  await assertRejects(() => outcome, Error, "called off");
  controller.abort(new Error("mine"));
  await mine;
  await semaphore.release();
  assertEquals(await semaphore.getValue(), 1);
  await assertRejects(() => semaphore.acquire({ signal: AbortSignal.abort(new Error("before")) }), Error, "before");
  assertEquals(await semaphore.getValue(), 1);
});

test("Semaphore.acquire() never gives out more permits than there are, and loses none, when timeouts and permits cross", async () => {
  const [semaphore, one, value, out] = [new Semaphore(2), new Semaphore(1), new Value("i"), new Queue<number[]>()];
  const children = [1, 2, 3].map(() => new Process({ target: snatch, args: [semaphore, 400, out] }).start());
  const adders = [1, 2].map(() => new Process({ target: addUnder, args: [one, value, 100] }).start());
  await Promise.all([snatch(semaphore, 400, out), snatch(semaphore, 400, out), addUnder(one, value, 100)]);
  for (const child of [...children, ...adders]) assertEquals(await child.join(), 0);
  for (let n = 0; n < 5; n++) assert((await out.get())[0]! > 0);
  assertEquals([await semaphore.getValue(), await one.getValue(), await value.get()], [2, 1, 300]);
});

test("Semaphore.release() gives a permit, also more than there were at first, by whichever process", async () => {
  const semaphore = new Semaphore(1);
  await using other = new Puppet(semaphore);
  await other.call("release");
  await semaphore.release();
  assertEquals(await semaphore.getValue(), 3);
  for (let n = 0; n < 3; n++) assertEquals(await other.call("acquire", { block: false }), true);
  assertEquals(await semaphore.acquire({ block: false }), false);
});

test("Semaphore.release() of a process that took none gives back the permit that was taken longest ago", async () => {
  const semaphore = new Semaphore(2);
  await using one = new Puppet(semaphore);
  await using two = new Puppet(semaphore);
  await one.call("acquire");
  await two.call("acquire");
  await semaphore.release(); // one's
  assertEquals(await semaphore.getValue(), 1);
  await one.kill();
  assertEquals(await semaphore.getValue(), 1);
  await two.kill();
  await until(async () => await semaphore.getValue() === 2, "two's permit is back");
});

test("BoundedSemaphore.release() rejects with a RangeError when all permits are there, and changes nothing", async () => {
  const semaphore = new BoundedSemaphore(2);
  await using other = new Puppet(semaphore);
  await assertRejects(() => semaphore.release(), RangeError, "Cannot release bounded semaphore");
  await assertRejects(() => other.call("release"), RangeError, "Cannot release bounded semaphore");
  assertEquals(await semaphore.getValue(), 2);
  await other.call("acquire");
  await semaphore.release();
  await assertRejects(() => other.call("release"), RangeError);
  assertEquals(await semaphore.getValue(), 2);
});

test("Semaphore.hold() takes a permit until the end of its block, and rejects with a TimeoutError when there is none in time", async () => {
  const semaphore = new Semaphore(1);
  {
    await using held = await semaphore.hold();
    assertEquals([held.abandoned, await semaphore.getValue()], [false, 0]);
    const error = await assertRejects(() => semaphore.hold({ timeout: 15 }), TimeoutError, "Cannot hold semaphore");
    assertEquals(error.timeout, 15);
  }
  assertEquals(await semaphore.getValue(), 1);
});

test("Semaphore has all permits again that a process had taken when it died, and as many holds are told that they were abandoned", async () => {
  const semaphore = new Semaphore(3);
  for (const way of ["kill", "exit", "return"]) {
    await using other = new Puppet(semaphore);
    await other.call("acquire");
    await other.call("hold");
    await other.end(way);
    await until(async () => await semaphore.getValue() === 3, "the permits are back");
    const helds = [];
    for (let n = 0; n < 3; n++) helds.push(await semaphore.hold({ timeout: 0 }));
    assertEquals([way, ...helds.map(({ abandoned }) => abandoned)], [way, true, true, false]);
    for (const held of helds) await held[Symbol.asyncDispose]();
  }
  assertEquals((await semaphore.hold()).abandoned, false);
});

test("Semaphore gives the permit of a dead process to who waits for it, and none to a waiter that died", async () => {
  const semaphore = new Semaphore(1);
  await using holder = new Puppet(semaphore);
  await using dying = new Puppet(semaphore);
  await using next = new Puppet(semaphore);
  await holder.call("acquire");
  await dying.begin("acquire");
  const { outcome } = await next.begin("hold");
  await dying.kill();
  await holder.kill();
  assertEquals(await outcome, true);
  assertEquals(await semaphore.getValue(), 0);
  await next.kill();
  assertEquals((await semaphore.hold()).abandoned, true);
});

test("BoundedSemaphore never has more permits than at first, however its holders died", async () => {
  const [semaphore, out] = [new BoundedSemaphore(2), new Queue<number[]>()];
  for (let round = 0; round < 5; round++) {
    const children = [1, 2].map(() => new Process({ target: snatch, args: [semaphore, 1e6, out] }).start());
    const own = snatch(semaphore, 50 * (round + 1), out);
    await out.get();
    await own;
    for (const child of children) child.kill();
    for (const child of children) await child.join();
    await until(async () => await semaphore.getValue() === 2, "both permits are back");
    await assertRejects(() => semaphore.release(), RangeError);
  }
});

test("Semaphore.getValue() says how many permits there are, here and in another process", async () => {
  const semaphore = new Semaphore(2);
  await using other = new Puppet(semaphore);
  assertEquals([await semaphore.getValue(), await other.call("getValue")], [2, 2]);
  assertEquals([await other.call("acquire"), await semaphore.getValue(), await other.call("getValue")], [true, 1, 1]);
  await semaphore.release();
  await semaphore.release();
  assertEquals([await semaphore.getValue(), await other.call("getValue")], [3, 3]);
});

noLeaks();
