import { ClosedError, EOFError, Pipe, Process, Queue, TimeoutError } from "../../mod.ts";
import {
  keep,
  noteAll,
  produce,
  receiveAndStay,
  sendAndDie,
  sendLargeForGood,
  sendUnawaited,
  spinWhileReceiving,
  tellRecv,
} from "./_fixtures/pipe_ways.ts";
import { exists, lines } from "../_support/scratch.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { isPending, rest, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { kill } from "../_support/children.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MIB = 1024 * 1024;

test("Connection.send() waits when 1 000 items lie unread, until one is taken", async () => {
  const [mine, theirs] = Pipe<number>();
  for (let n = 0; n < 1_000; n++) await mine.send(n);
  const waiting = mine.send(1_000);
  assertEquals(await isPending(waiting), true);
  assertEquals(await theirs.recv(), 0);
  await waiting;
  for (let n = 1; n <= 1_000; n++) assertEquals(await theirs.recv(), n);
  assertEquals(await theirs.poll(), false);
});

test("Connection.send() waits when 8 MiB lie unread, and an item larger than that goes when there is room", async () => {
  const [mine, theirs] = Pipe<Uint8Array>();
  await mine.send(new Uint8Array(8 * MIB));
  const waiting = mine.send(new Uint8Array(20 * MIB));
  assertEquals(await isPending(waiting), true);
  assertEquals((await theirs.recv()).length, 8 * MIB);
  await waiting;
  assertEquals((await theirs.recv()).length, 20 * MIB);
});

test("Connection.send() that waits for room throws ClosedError when the child that has the other end is killed", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe<number>();
  const child = new Process({ target: keep, args: [theirs, `${folder}/end`, `${folder}/there`] }).start();
  for (let n = 0; n < 1_000; n++) await mine.send(n);
  const waiting = mine.send(1_000);
  waiting.catch(() => {});
  await until(() => exists(`${folder}/there`), "the child has the end");
  assertEquals(await isPending(waiting), true);
  await kill(child);
  const error = await assertRejects(() => waiting, ClosedError, "the other end is closed");
  assertEquals(error.value, 1_000);
});

test("Connection.send() that has settled brings its item although the sender is killed at once", async () => {
  for (const item of ["small", "x".repeat(300_000)]) {
    const [mine, theirs] = Pipe<string>();
    const child = new Process({ target: sendAndDie, args: [theirs, item] }).start();
    assertEquals(await child.join(), -9);
    assertEquals(await rest(mine), [item]);
  }
});

test("Connection.send() of a child that does not await it is done before the child ends", async () => {
  const [mine, theirs] = Pipe<number>();
  const child = new Process({ target: sendUnawaited, args: [theirs, 3_000] }).start();
  assertEquals(await rest(mine), Array.from({ length: 3_000 }, (_, n) => n));
  assertEquals(await child.join(), 0);
});

test("Connection.send() of a process that is killed in the middle of large items brings whole items only", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe<Float64Array>();
  const child = new Process({ target: sendLargeForGood, args: [theirs, `${folder}/sending`] }).start();
  await until(() => exists(`${folder}/sending`), "the child sends");
  await kill(child);
  const items = await rest(mine);
  assert(items.length >= 2);
  items.forEach((item, n) => assertEquals([item.length, item[0], item.at(-1)], [512 * 1024, n, n]));
});

test("Connection.recv() throws EOFError when the child that has the other end is killed, after all that it sent", async () => {
  const [mine, theirs] = Pipe<number>();
  const child = new Process({ target: sendAndDie, args: [theirs, 7] }).start();
  assertEquals(await mine.recv(), 7);
  await assertRejects(() => mine.recv(), EOFError);
  assertEquals(await child.join(), -9);
});

test("Connection.recv() gives the items of several senders, those of each in order, and each once", async () => {
  const [mine, theirs] = Pipe<[string, number]>();
  const names = ["a", "b", "c"];
  const children = names.map((name) => new Process({ target: produce, args: [theirs, name, 1_500] }).start());
  theirs.close();
  const items = await rest(mine);
  for (const name of names) {
    assertEquals(items.flatMap(([from, n]) => from === name ? [n] : []), Array.from({ length: 1_500 }, (_, n) => n));
  }
  assertEquals(items.length, 4_500);
  for (const child of children) assertEquals(await child.join(), 0);
});

test("Connection.recv() of a process that is killed before it has the item leaves the item to the next reader of that end", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe<string>();
  const said = new Queue();
  const child = new Process({ target: spinWhileReceiving, args: [theirs, `${folder}/waiting`] }).start();
  await until(() => exists(`${folder}/waiting`), "the child waits");
  await mine.send("one");
  await mine.send("two");
  await kill(child);
  assertEquals([await theirs.recv(), await theirs.recv()], ["one", "two"]);
  await mine.send("three");
  const next = new Process({ target: tellRecv, args: [theirs, said] }).start();
  assertEquals(await said.get(), "three");
  await next.join();
});

test("Connection.recv() of a process that is killed leaves what is left to a child that is given the end after it", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe<number>();
  const said = new Queue();
  const first = new Process({ target: receiveAndStay, args: [theirs, `${folder}/got`] }).start();
  for (const n of [1, 2]) await mine.send(n);
  await until(() => exists(`${folder}/got`), "the first has one");
  await kill(first);
  await assertRejects(() => mine.send(0), ClosedError);
  const second = new Process({ target: tellRecv, args: [theirs, said] }).start();
  assertEquals(await said.get(), 2);
  await second.join();
});

test("Connection.recv() that times out or is aborted takes nothing", async () => {
  const [mine, theirs] = Pipe<number>();
  await assertRejects(() => mine.recv({ timeout: 20 }), TimeoutError, "nothing came within 20 ms");
  await assertRejects(() => mine.recv({ timeout: 0 }), TimeoutError);
  const gone = new Error("gone");
  const error = await assertRejects(() => mine.recv({ signal: AbortSignal.abort(gone) }));
  const controller = new AbortController();
  const receiving = mine.recv({ signal: controller.signal });
  controller.abort(gone);
  assertEquals([error, await receiving.catch((reason) => reason)], [gone, gone]);
  await theirs.send(1);
  assertEquals(await mine.recv({ timeout: 0 }), 1);
});

test(
  "Connection.recv() of readers that are killed at any moment doubles nothing, and loses at most what they had just got",
  async () => {
    const folder = scratch();
    const [mine, theirs] = Pipe<number>();
    const files = [0, 1, 2, 3].map((n) => `${folder}/${n}`);
    let sent = 0;
    for (const file of files) {
      const child = new Process({ target: noteAll, args: [theirs, file] }).start();
      for (let n = 0; n < 200; n++) await mine.send(sent++);
      await until(() => lines(file).length > 50, "it receives");
      await kill(child);
    }
    await theirs.poll(); // its own from now on
    mine.close();
    const had = [...files.flatMap((file) => lines(file).map(Number)), ...await rest(theirs)];
    assertEquals(new Set(had).size, had.length);
    assert(had.length >= sent - files.length, `${sent - had.length} are lost`);
  },
  { limit: 60_000 },
);

noLeaks();
