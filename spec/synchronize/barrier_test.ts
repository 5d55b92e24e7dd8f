import { Barrier, BrokenBarrierError, Process, Queue } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { align, cross } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("new Barrier() throws a TypeError when parties, action or timeout is of the wrong kind, and a RangeError when parties is below 1", () => {
  for (const parties of [1.5, NaN, Infinity, "2", undefined, null]) {
    assertThrows(() => new Barrier(parties as number), TypeError, "parties is not a whole number");
  }
  for (const parties of [0, -1]) assertThrows(() => new Barrier(parties), RangeError, "parties is below 1");
  assertThrows(() => new Barrier(2, { action: 5 as never }), TypeError, "action is not a function");
  assertThrows(() => new Barrier(2, { timeout: "5" as never }), TypeError, "timeout");
  assertThrows(() => new Barrier(2, 5 as never), TypeError);
});

test("Barrier.parties is what it was made with, in every process", async () => {
  const [barrier, out] = [new Barrier(3, { timeout: 5_000 }), new Queue<Barrier>()];
  await out.put(barrier);
  assertEquals([barrier.parties, (await out.get()).parties], [3, 3]);
  const children = [1, 2, 3].map(() => new Process({ target: cross, args: [barrier, out] }).start());
  for (let n = 0; n < 3; n++) assertEquals(await out.get() as unknown, 3);
  for (const child of children) assertEquals(await child.join(), 0);
});

test("Barrier.wait() waits until all have come, across processes and tasks, and gives each its place from 0", async () => {
  const barrier = new Barrier(4);
  await using one = new Puppet(barrier);
  await using two = new Puppet(barrier);
  for (let round = 0; round < 3; round++) {
    const first = await one.begin("wait");
    let isOver = false;
    const second = barrier.wait().finally(() => isOver = true);
    const third = await two.begin("wait");
    assertEquals([isOver, await barrier.nWaiting()], [false, 3]);
    const fourth = await one.begin("wait");
    assertEquals(await Promise.all([first.outcome, second, third.outcome, fourth.outcome]), [0, 1, 2, 3]);
  }
});

test("Barrier.wait() never waits at a barrier for one", async () => {
  const barrier = new Barrier(1);
  await using other = new Puppet(barrier);
  assertEquals([await barrier.wait(), await other.call("wait"), await barrier.wait({ timeout: 0 })], [0, 0, 0]);
});

test("Barrier.wait() aligns five processes in 200 rounds", async () => {
  const [barrier, out] = [new Barrier(5, { timeout: 20_000 }), new Queue<unknown>()];
  const children = [1, 2, 3, 4, 5].map(() => new Process({ target: align, args: [barrier, out, 200] }).start());
  const sums = [0, 0];
  for (let n = 0; n < 5; n++) {
    const [sum, first] = await out.get() as [number, number];
    sums[0]! += sum;
    sums[1]! += first;
  }
  assertEquals(sums, [2_000, 200]);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals([await barrier.nWaiting(), await barrier.broken()], [0, false]);
}, { limit: 60_000 });

test("Barrier.wait() rejects with a BrokenBarrierError when the timeout comes first, its own or the barrier's, and so do all who wait", async () => {
  for (
    const [barrier, options] of [[new Barrier(4), { timeout: 30 }], [new Barrier(4, { timeout: 30 }), {}]] as const
  ) {
    await using other = new Puppet(barrier);
    const theirs = await other.begin("wait", { timeout: 60_000 });
    const mine = barrier.wait({ timeout: 60_000 });
    const refused = [
      assertRejects(() => theirs.outcome, BrokenBarrierError),
      assertRejects(() => mine, BrokenBarrierError, "gave up"),
      assertRejects(() => barrier.wait(options), BrokenBarrierError, "not all came in time"),
    ];
    await Promise.all(refused);
    assertEquals(await barrier.broken(), true);
    await barrier.reset();
    await assertRejects(() => other.call("wait", options), BrokenBarrierError);
    assertEquals([await barrier.broken(), await barrier.nWaiting()], [true, 0]);
  }
});

test("Barrier.wait() with `timeout: 0` passes when it is the last, and breaks the barrier when it is not", async () => {
  const barrier = new Barrier(2);
  await using other = new Puppet(barrier);
  for (const timeout of [0, -1]) {
    const first = barrier.wait();
    assertEquals([await other.call("wait", { timeout }), await first], [1, 0]);
    const again = await other.begin("wait");
    assertEquals([await barrier.wait({ timeout }), await again.outcome], [1, 0]);
    await assertRejects(() => barrier.wait({ timeout }), BrokenBarrierError);
    assertEquals(await barrier.broken(), true);
    await barrier.reset();
    await assertRejects(() => other.call("wait", { timeout }), BrokenBarrierError);
    assertEquals(await barrier.broken(), true);
    await barrier.reset();
  }
});

test("Barrier.wait() rejects with the reason of its signal, and breaks the barrier for all others; when it was aborted before it leaves the barrier whole", async () => {
  const barrier = new Barrier(3);
  await using other = new Puppet(barrier);
  await assertRejects(() => barrier.wait({ signal: AbortSignal.abort(new Error("before")) }), Error, "before");
  assertEquals([await barrier.broken(), await barrier.nWaiting()], [false, 0]);
  const theirs = await other.begin("wait");
  const controller = new AbortController();
  const mine = assertRejects(() => barrier.wait({ signal: controller.signal }), Error, "while");
  controller.abort(new Error("while"));
  await mine;
  await assertRejects(() => theirs.outcome, BrokenBarrierError);
  await barrier.reset();
  const again = await other.begin("wait");
  const refused = assertRejects(() => barrier.wait(), BrokenBarrierError);
  await again.cancel();
  await refused;
  await assertRejects(() => again.outcome, Error, "called off");
});

test("Barrier.wait() rejects with a BrokenBarrierError at once when the barrier is broken", async () => {
  const barrier = new Barrier(2);
  await using other = new Puppet(barrier);
  await barrier.abort();
  await assertRejects(() => barrier.wait(), BrokenBarrierError, "it is broken, reset it");
  await assertRejects(() => other.call("wait"), BrokenBarrierError, "it is broken, reset it");
});

test("Barrier.wait() rejects with a TypeError when its bounds are of the wrong kind, and leaves the barrier whole", async () => {
  for (const barrier of [new Barrier(2), new Barrier(2, { timeout: 1_000 })]) {
    for (const options of [{ timeout: "5" }, { signal: 1 }, 5]) {
      await assertRejects(() => barrier.wait(options as object), TypeError, "Cannot wait at barrier");
    }
    assertEquals([await barrier.broken(), await barrier.nWaiting()], [false, 0]);
  }
});

test("Barrier.wait() with a timeout that comes when the last one does has passed for all, or for nobody", async () => {
  const barrier = new Barrier(2);
  await using other = new Puppet(barrier);
  await other.call("nWaiting");
  const seen = new Set<string>();
  for (let round = 0; round < 150; round++) {
    const theirs = await other.begin("wait", { timeout: 6 + round % 5 });
    await delay(round % 8);
    const results = await Promise.all(
      [theirs.outcome, barrier.wait()].map((wait) =>
        wait.then((index) => `passed as ${index}`, (error) => {
          assert(error instanceof BrokenBarrierError, String(error));
          return "broken";
        })
      ),
    );
    seen.add(results.join());
    await barrier.reset();
  }
  assertEquals([...seen].filter((each) => each !== "passed as 0,passed as 1" && each !== "broken,broken"), []);
  assertEquals(await barrier.nWaiting(), 0);
});

test("Barrier calls its action once in each round, in the process that made it, before any goes on", async () => {
  const calls: string[] = [];
  const barrier = new Barrier(2, { action: () => void calls.push("action") });
  await using other = new Puppet(barrier);
  await using third = new Puppet(barrier);
  for (let round = 1; round <= 3; round++) {
    const waits = [await other.begin("wait"), await third.begin("wait")];
    const places = await Promise.all(waits.map(({ outcome }) =>
      outcome.then((place) => {
        calls.push(`${place}`);
        return place;
      })
    ));
    assertEquals([places, calls.splice(0)[0], calls.length], [[0, 1], "action", 0]);
  }
});

test("Barrier waits for an action that gives a promise, whatever the timeouts", async () => {
  let finish = () => {};
  const barrier = new Barrier(2, { action: () => new Promise<void>((resolve) => finish = resolve), timeout: 60 });
  await using other = new Puppet(barrier);
  const theirs = await other.begin("wait", { timeout: 60 });
  let isOver = false;
  const mine = barrier.wait({ timeout: 20 }).finally(() => isOver = true);
  await delay(150);
  assertEquals([isOver, await barrier.broken()], [false, false]);
  finish();
  assertEquals([await mine, await theirs.outcome], [1, 0]);
});

test("Barrier is broken when its action throws: the last who came gets its error, all others a BrokenBarrierError", async () => {
  const actions = [
    () => {
      throw new RangeError("the action");
    },
    () => Promise.reject(new RangeError("the action")),
  ];
  for (const action of actions) {
    const barrier = new Barrier(2, { action });
    await using other = new Puppet(barrier);
    const first = assertRejects(() => barrier.wait(), BrokenBarrierError, "action failed");
    await assertRejects(() => other.call("wait"), RangeError, "the action");
    await first;
    assertEquals(await barrier.broken(), true);
    await barrier.reset();
    const theirs = await other.begin("wait");
    await assertRejects(() => barrier.wait(), RangeError, "the action");
    await assertRejects(() => theirs.outcome, BrokenBarrierError);
  }
});

test("Barrier.abort() and reset() while the action runs reject all who wait", async () => {
  for (const act of ["abort", "reset"] as const) {
    let finish = () => {};
    const barrier = new Barrier(2, { action: () => new Promise<void>((resolve) => finish = resolve) });
    await using other = new Puppet(barrier);
    const first = await other.begin("wait");
    const last = assertRejects(() => barrier.wait(), BrokenBarrierError);
    await barrier[act]();
    await assertRejects(() => first.outcome, BrokenBarrierError);
    await last;
    finish();
    assertEquals([await barrier.broken(), await barrier.nWaiting()], [act === "abort", 0]);
  }
});

test("Barrier lets those who come while the action runs into the next round", async () => {
  let [finish, rounds] = [() => {}, 0];
  const barrier = new Barrier(2, {
    action: () => ++rounds === 1 ? new Promise<void>((resolve) => finish = resolve) : undefined,
  });
  await using other = new Puppet(barrier);
  const first = [barrier.wait(), barrier.wait()];
  const next = [await other.begin("wait"), await other.begin("wait"), await other.begin("wait", { timeout: 5 })];
  await assertRejects(() => next[2]!.outcome, BrokenBarrierError);
  assertEquals(await barrier.broken(), false);
  finish();
  assertEquals(await Promise.all(first), [0, 1]);
  assertEquals([await next[0]!.outcome, await next[1]!.outcome, rounds], [0, 1, 2]);
});

test("Barrier.abort() rejects all who wait, and all who come, until reset()", async () => {
  const barrier = new Barrier(3);
  await using other = new Puppet(barrier);
  const theirs = await other.begin("wait");
  const mine = assertRejects(() => barrier.wait(), BrokenBarrierError, "aborted");
  await barrier.abort();
  await assertRejects(() => theirs.outcome, BrokenBarrierError, "aborted");
  await mine;
  await assertRejects(() => other.call("wait"), BrokenBarrierError);
  await barrier.abort();
  await barrier.reset();
  const all = [barrier.wait(), barrier.wait(), other.call("wait")];
  assertEquals((await Promise.all(all)).sort(), [0, 1, 2]);
});

test("Barrier.reset() rejects all who wait, and the barrier is as new", async () => {
  const barrier = new Barrier(2);
  await using other = new Puppet(barrier);
  await barrier.reset();
  const theirs = await other.begin("wait");
  await barrier.reset();
  await assertRejects(() => theirs.outcome, BrokenBarrierError, "it was reset");
  assertEquals([await barrier.broken(), await barrier.nWaiting()], [false, 0]);
  const again = await other.begin("wait");
  assertEquals([await barrier.wait(), await again.outcome], [1, 0]);
});

test("Barrier.reset() and abort() of any process act on all", async () => {
  const barrier = new Barrier(2);
  await using other = new Puppet(barrier);
  for (const act of ["abort", "reset"]) {
    await barrier.reset();
    const mine = assertRejects(() => barrier.wait(), BrokenBarrierError);
    await other.call(act);
    await mine;
    assertEquals([await barrier.broken(), await other.call("broken")], [act === "abort", act === "abort"]);
  }
});

test("Barrier.nWaiting() says how many wait, and Barrier.broken() whether it is broken", async () => {
  const barrier = new Barrier(3);
  await using other = new Puppet(barrier);
  const ask = async () => [await barrier.nWaiting(), await other.call("nWaiting"), await other.call("broken")];
  assertEquals(await ask(), [0, 0, false]);
  const first = await other.begin("wait");
  assertEquals(await ask(), [1, 1, false]);
  const second = barrier.wait();
  assertEquals(await ask(), [2, 2, false]);
  await barrier.wait();
  await Promise.all([first.outcome, second]);
  assertEquals(await ask(), [0, 0, false]);
  await barrier.abort();
  assertEquals(await ask(), [0, 0, true]);
});

test("Barrier is broken when a process dies that waits there, and nobody waits on", async () => {
  const barrier = new Barrier(3);
  for (const way of ["kill", "exit", "throw", "return"]) {
    await using dying = new Puppet(barrier);
    await using other = new Puppet(barrier);
    await dying.begin("wait");
    const theirs = await other.begin("wait");
    await dying.end(way);
    await assertRejects(() => theirs.outcome, BrokenBarrierError, "died");
    await assertRejects(() => barrier.wait({ timeout: 60_000 }), BrokenBarrierError);
    await barrier.reset();
    assertEquals(await barrier.nWaiting(), 0);
  }
});

test("Barrier is not broken when a process dies that has passed, or that never came", async () => {
  const barrier = new Barrier(2);
  await using one = new Puppet(barrier);
  await using two = new Puppet(barrier);
  await one.begin("nWaiting");
  const theirs = await two.begin("wait");
  assertEquals([await barrier.wait(), await theirs.outcome], [1, 0]);
  await one.end("kill");
  const next = barrier.wait();
  await two.end("kill");
  await until(async () => await barrier.nWaiting() === 1, "one waits");
  assertEquals([await barrier.broken(), await barrier.wait(), await next], [false, 1, 0]);
});

test("Barrier lets the others pass when a process dies that had come, once all have come", async () => {
  let finish = () => {};
  const barrier = new Barrier(3, { action: () => new Promise<void>((resolve) => finish = resolve) });
  await using dying = new Puppet(barrier);
  await using other = new Puppet(barrier);
  await dying.begin("wait");
  const theirs = await other.begin("wait");
  const mine = barrier.wait();
  await dying.end("kill");
  finish();
  assertEquals([await theirs.outcome, await mine, await barrier.broken()], [1, 2, false]);
});

noLeaks();
