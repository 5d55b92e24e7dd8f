import { Event, Process, Queue } from "../../mod.ts";
import { Puppet } from "./_fixtures/lock_puppet.ts";
import { follow } from "./_fixtures/lock_ways.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Event.isSet() is false at first, true after set(), false after clear(), in all processes", async () => {
  const event = new Event();
  await using other = new Puppet(event);
  const both = async () => [await event.isSet(), await other.call("isSet")];
  assertEquals(await both(), [false, false]);
  await event.set();
  assertEquals(await both(), [true, true]);
  await other.call("clear");
  assertEquals(await both(), [false, false]);
  await other.call("set");
  assertEquals(await both(), [true, true]);
});

test("Event.set() and clear() do nothing when it is so already", async () => {
  const event = new Event();
  assertEquals([await event.clear(), await event.isSet()], [undefined, false]);
  await event.set();
  assertEquals([await event.set(), await event.isSet()], [undefined, true]);
});

test("Event.wait() gives true at once when the event is set, also with `timeout: 0`", async () => {
  const event = new Event();
  await event.set();
  await using other = new Puppet(event);
  for (const options of [{}, { timeout: 0 }, { timeout: -1 }, { timeout: 1e9 }]) {
    assertEquals([await event.wait(options), await other.call("wait", options)], [true, true]);
  }
});

test("Event.wait() waits until any process sets the event, and all who wait go on", async () => {
  const [event, out] = [new Event(), new Queue<boolean>()];
  const children = [1, 2, 3].map(() => new Process({ target: follow, args: [event, out] }).start());
  await using other = new Puppet(event);
  const { outcome } = await other.begin("wait");
  let isOver = false;
  const own = [event.wait(), event.wait({ timeout: 1e9 })].map((wait) => wait.finally(() => isOver = true));
  assertEquals([await out.empty(), isOver], [true, false]);
  await using setter = new Puppet(event);
  await setter.call("set");
  assertEquals([...await Promise.all(own), await outcome], [true, true, true]);
  for (const child of children) assertEquals([await out.get(), await child.join()], [true, 0]);
});

test("Event.wait() gives false when the timeout comes first, at once when that is 0 or less", async () => {
  const event = new Event();
  await using other = new Puppet(event);
  for (const timeout of [0, -1]) {
    assertEquals([await event.wait({ timeout }), await other.call("wait", { timeout })], [false, false]);
  }
  const start = performance.now();
  assertEquals(await event.wait({ timeout: 30 }), false);
  assert(performance.now() - start >= 29);
  assertEquals(await other.call("wait", { timeout: 30 }), false);
});

test("Event.wait() rejects with the reason of its signal, before and while it waits", async () => {
  const event = new Event();
  await assertRejects(() => event.wait({ signal: AbortSignal.abort(new Error("before")) }), Error, "before");
  const controller = new AbortController();
  const waiting = assertRejects(() => event.wait({ signal: controller.signal }), Error, "while");
  controller.abort(new Error("while"));
  await waiting;
  await using other = new Puppet(event);
  const { outcome, cancel } = await other.begin("wait");
  await cancel();
  await assertRejects(() => outcome, Error, "called off");
});

test("Event.wait() that was woken is true although the event was cleared at once", async () => {
  const event = new Event();
  await using other = new Puppet(event);
  const { outcome } = await other.begin("wait");
  const own = event.wait();
  await Promise.all([event.set(), event.clear()]);
  assertEquals([await own, await outcome, await event.isSet()], [true, true, false]);
});

test("Event.wait() after clear() waits for the next set()", async () => {
  const event = new Event();
  await event.set();
  await event.clear();
  assertEquals(await event.wait({ timeout: 5 }), false);
  const waiting = event.wait();
  await event.set();
  assertEquals(await waiting, true);
});

test("Event.wait() rejects with a TypeError when its bounds are of the wrong kind", async () => {
  const event = new Event();
  for (const options of [{ timeout: "5" }, { signal: 1 }, 7, []]) {
    await assertRejects(() => event.wait(options as object), TypeError, "Cannot wait for event");
  }
});

test("Event.set() wakes the living when others died that waited", async () => {
  const event = new Event();
  await using one = new Puppet(event);
  await using two = new Puppet(event);
  await using three = new Puppet(event);
  const waits = [await one.begin("wait"), await two.begin("wait"), await three.begin("wait")];
  await two.kill();
  await event.set();
  assertEquals([await waits[0]!.outcome, await waits[2]!.outcome], [true, true]);
});

noLeaks();
