import { ConnectError, Event, Lock, Process, Queue, StateError, TimeoutError, Value } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { addUnder, contend, host } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Lock.acquire() gives true, and false when another holds it: at once with `block: false`, `timeout: 0` or less, else after the timeout", async () => {
  const lock = new Lock();
  assertEquals(await lock.acquire({ timeout: 0 }), true);
  await using other = new Puppet(lock);
  for (const options of [{ block: false }, { timeout: 0 }, { timeout: -5 }, { block: false, timeout: 1e9 }]) {
    assertEquals(await lock.acquire(options), false);
    assertEquals(await other.call("acquire", options), false);
  }
  const start = performance.now();
  assertEquals(await lock.acquire({ timeout: 40 }), false);
  assert(performance.now() - start >= 39);
  assertEquals(await other.call("acquire", { timeout: 40 }), false);
  await lock.release();
  assertEquals(await other.call("acquire", { block: false }), true);
  assertEquals(await lock.acquire({ timeout: 20 }), false);
});

test("Lock.acquire() waits for the one who holds it, also when that is its own process", async () => {
  const lock = new Lock();
  await lock.acquire();
  await using other = new Puppet(lock);
  let has = false;
  const mine = lock.acquire().then((value) => has = value);
  const { outcome } = await other.begin("acquire");
  assertEquals(has, false);
  await lock.release();
  assertEquals(await mine, true);
  assertEquals(await other.call("acquire", { timeout: 1 }), false);
  await lock.release();
  assertEquals(await outcome, true);
});

test("Lock.acquire() rejects with the reason of its signal when that is aborted before or while it waits, and leaves the lock to others", async () => {
  const lock = new Lock();
  await assertRejects(
    () => lock.acquire({ signal: AbortSignal.abort(new RangeError("before")) }),
    RangeError,
    "before",
  );
  assertEquals(await lock.locked(), false);
  await lock.acquire();
  const controller = new AbortController();
  const waiting = lock.acquire({ signal: controller.signal, timeout: 60_000 });
  controller.abort(new RangeError("meanwhile"));
  await assertRejects(() => waiting, RangeError, "meanwhile");
  await using other = new Puppet(lock);
  const { outcome, cancel } = await other.begin("acquire");
  const { outcome: next } = await other.begin("acquire");
  await cancel();
  await assertRejects(() => outcome, Error, "called off");
  await lock.release();
  assertEquals(await next, true);
  assertEquals(await lock.locked(), true);
});

test("Lock.acquire() rejects with a TypeError when block, timeout or signal is of the wrong kind", async () => {
  const lock = new Lock();
  for (const options of [{ block: 1 }, { timeout: "5" }, { timeout: NaN }, { signal: {} }, 5, null, []]) {
    await assertRejects(() => lock.acquire(options as object), TypeError, "Cannot acquire lock");
  }
  assertEquals(await lock.locked(), false);
});

test("Lock.acquire() serves first who came first, whether tasks of the owner or of other processes", async () => {
  const lock = new Lock();
  await lock.acquire();
  await using one = new Puppet(lock);
  await using two = new Puppet(lock);
  const order: number[] = [];
  const outcomes: Promise<unknown>[] = [];
  for (let place = 0; place < 9; place++) {
    const who = [one, null, two][place % 3]!;
    const taken = who === null ? lock.acquire() : (await who.begin("acquire")).outcome;
    outcomes.push(taken.then(() => {
      order.push(place);
      return lock.release();
    }));
  }
  await lock.release();
  await Promise.all(outcomes);
  assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("Lock.acquire() keeps all others out, in many processes at the same time", async () => {
  const [lock, value] = [new Lock(), new Value("i")];
  const children = [1, 2, 3].map(() => new Process({ target: addUnder, args: [lock, value, 100] }).start());
  await Promise.all([addUnder(lock, value, 100), addUnder(lock, value, 100)]);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await value.get(), 500);
});

/** Tries of each of four contenders. */
const TRIES = 150;

test("Lock.acquire() with a timeout that comes when the lock does is true, and holds it, or is false and does not", async () => {
  const [lock, sum, out] = [new Lock(), new Value("i"), new Queue<number>()];
  const children = [1, 2].map(() => new Process({ target: contend, args: [lock, TRIES, sum, out] }).start());
  let isOver = false;
  const holding = (async () => {
    while (!isOver) {
      {
        await using _ = await lock.hold();
        await delay(1);
      }
      await delay(2);
    }
  })();
  const own = [contend(lock, TRIES, sum, out), contend(lock, TRIES, sum, out)];
  let total = 0;
  for (let n = 0; n < 4; n++) total += await out.get();
  isOver = true;
  await Promise.all([...own, holding]);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await sum.get(), total);
  assert(total > 0 && total < 4 * TRIES, `${total} of ${4 * TRIES} tries got the lock`);
  assertEquals(await lock.locked(), false);
  assertEquals((await lock.hold()).abandoned, false);
});

test("Lock.release() rejects with a StateError when nobody holds it", async () => {
  const lock = new Lock();
  await assertRejects(() => lock.release(), StateError, "Cannot release lock: nobody holds it");
  await using other = new Puppet(lock);
  await assertRejects(() => other.call("release"), StateError, "nobody holds it");
  await lock.acquire();
  await lock.release();
  await assertRejects(() => lock.release(), StateError);
});

test("Lock.release() of another process or task than the one that acquired it frees it", async () => {
  const lock = new Lock();
  await using other = new Puppet(lock);
  await other.call("acquire");
  await lock.release();
  assertEquals(await lock.locked(), false);
  await lock.acquire();
  await other.call("release");
  assertEquals(await lock.acquire({ block: false }), true);
});

test("Lock.release() of another process than its holder: when the holder then dies, nobody loses what he holds", async () => {
  const lock = new Lock();
  await using other = new Puppet(lock);
  await other.call("acquire");
  await lock.release();
  await lock.acquire();
  await other.end("kill");
  assertEquals(await lock.acquire({ timeout: 50 }), false);
  await lock.release();
  assertEquals((await lock.hold()).abandoned, false);
});

test("Lock.locked() says whether anybody holds it", async () => {
  const lock = new Lock();
  await using other = new Puppet(lock);
  assertEquals([await lock.locked(), await other.call("locked")], [false, false]);
  await other.call("acquire");
  assertEquals([await lock.locked(), await other.call("locked")], [true, true]);
  await other.call("release");
  assertEquals([await lock.locked(), await other.call("locked")], [false, false]);
});

test("Lock.hold() holds the lock until the end of its block, also when that throws, and releases it once", async () => {
  const lock = new Lock();
  await assertRejects(
    async () => {
      await using _ = await lock.hold();
      assertEquals(await lock.locked(), true);
      throw new RangeError("inside");
    },
    RangeError,
    "inside",
  );
  assertEquals(await lock.locked(), false);
  const held = await lock.hold();
  await held[Symbol.asyncDispose]();
  await lock.acquire();
  await held[Symbol.asyncDispose]();
  assertEquals(await lock.locked(), true);
});

test("Lock.hold() rejects with a TimeoutError that carries its timeout when the lock could not be had in time", async () => {
  const lock = new Lock();
  await using other = new Puppet(lock);
  await other.call("hold");
  for (const timeout of [30, 0]) {
    const error = await assertRejects(() => lock.hold({ timeout }), TimeoutError, "Cannot hold lock");
    assertEquals(error.timeout, timeout);
  }
  await other.call("release");
  assertEquals((await lock.hold({ timeout: 0 })).abandoned, false);
  const error = await assertRejects(() => other.call("hold", { timeout: 10 }), TimeoutError);
  assertEquals(error.timeout, 10);
});

test("Lock is free when its holder is killed, exits, throws or returns, and the next hold() is told that it was abandoned, once", async () => {
  const lock = new Lock();
  for (const way of ["kill", "exit", "throw", "return"]) {
    await using other = new Puppet(lock);
    assertEquals(await other.call("hold"), false);
    await other.end(way);
    const held = await lock.hold();
    assertEquals([way, held.abandoned], [way, true]);
    await held[Symbol.asyncDispose]();
    await using again = await lock.hold();
    assertEquals([way, again.abandoned], [way, false]);
  }
});

test("Lock is not abandoned when a process dies that has released it, or that waits for it", async () => {
  const lock = new Lock();
  await using one = new Puppet(lock);
  await using two = new Puppet(lock);
  await one.call("acquire");
  await one.call("release");
  await one.end("kill");
  const held = await lock.hold();
  assertEquals(held.abandoned, false);
  await two.begin("acquire");
  await two.end("kill");
  await held[Symbol.asyncDispose]();
  assertEquals((await lock.hold()).abandoned, false);
});

test("Lock goes to the next when a process dies that waits for it, at whichever place in the line", async () => {
  const lock = new Lock();
  for (const dying of [0, 1, 2]) {
    await lock.acquire();
    await using one = new Puppet(lock);
    await using two = new Puppet(lock);
    await using three = new Puppet(lock);
    const line = [one, two, three];
    const outcomes = [];
    for (const each of line) outcomes.push((await each.begin("hold")).outcome);
    await line[dying]!.kill();
    await lock.release();
    for (const place of [0, 1, 2].filter((place) => place !== dying)) {
      assertEquals([dying, place, await outcomes[place]], [dying, place, false]);
      await line[place]!.call("release");
    }
  }
});

test("Lock that is lost by a killed holder goes to those who wait, in their order, and only the first is told", async () => {
  const lock = new Lock();
  await using holder = new Puppet(lock);
  await using one = new Puppet(lock);
  await holder.call("acquire");
  const { outcome } = await one.begin("hold");
  const mine = lock.hold();
  await holder.kill();
  assertEquals(await outcome, true);
  await one.call("release");
  assertEquals((await mine).abandoned, false);
});

test("Lock rejects with a ConnectError at once when its owner dies, also who waits", async () => {
  const [out, stop] = [new Queue<[Lock]>(), new Event()];
  const owner = new Process({ target: host, args: [out, stop] }).start();
  const [lock] = await out.get();
  await lock.acquire();
  const waiting = lock.acquire();
  const rejected = assertRejects(() => waiting, ConnectError, "gone");
  assertEquals(await lock.locked(), true);
  await stop.set();
  await rejected;
  for (
    const act of [() => lock.acquire({ timeout: 0 }), () => lock.release(), () => lock.locked(), () => lock.hold()]
  ) {
    await assertRejects(act, ConnectError);
  }
  assertEquals(await owner.join(), 4);
});

noLeaks();
