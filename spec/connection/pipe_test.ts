import {
  ClosedError,
  ConnectError,
  type Connection,
  EOFError,
  Pipe,
  Pool,
  Process,
  Queue,
  SpawnError,
  StateError,
} from "../../mod.ts";
import { sendPlainly } from "./_fixtures/pipe_plain.ts";
import {
  answerThrough,
  closeAndLive,
  die,
  echo,
  keep,
  nothing,
  passOn,
  produce,
  receiveLarge,
  sendAll,
  tellDirection,
  tellRecv,
} from "./_fixtures/pipe_ways.ts";
import { giveOwn, handDown } from "./_fixtures/pipe_makers.ts";
import { exists, mark } from "../_support/scratch.ts";
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { isPending, rest, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { kill } from "../_support/children.ts";
import { noLeaks, test } from "../_support/testing.ts";

const FORKS = "connection/_programs/pipe_forks.ts";

async function forked(way: string): Promise<string[]> {
  const { stdout, stderr, code } = await run(FORKS, { args: [way] });
  assertEquals([stderr, code], ["", 0]);
  return stdout.split("\n").slice(0, -1).sort();
}

test("Pipe() gives two ends that each send and receive, in order, in one process", async () => {
  const [a, b] = Pipe();
  for (const item of [1, "two", { three: [3n] }]) await a.send(item);
  await b.send(undefined);
  assertEquals([await b.recv(), await b.recv(), await b.recv(), await a.recv()], [
    1,
    "two",
    { three: [3n] },
    undefined,
  ]);
  assertEquals([a.readable, a.writable, b.readable, b.writable], [true, true, true, true]);
});

test("Pipe() with duplex false gives one end that only receives and one that only sends", async () => {
  const [reader, writer] = Pipe<number>({ duplex: false });
  assertEquals([reader.readable, reader.writable, writer.readable, writer.writable], [true, false, false, true]);
  await writer.send(1);
  assertEquals(await reader.recv(), 1);
  for (const act of [() => reader.send(1), () => reader.sendBytes(new Uint8Array(1))]) {
    await assertRejects(act, StateError, "this end can only receive");
  }
  for (const act of [() => writer.recv(), () => writer.recvBytes(), () => writer.poll()]) {
    await assertRejects(act, StateError, "this end can only send");
  }
});

test("Pipe() throws TypeError when the argument is no object of options, or duplex no boolean", () => {
  for (const wrong of [true, null, [], { duplex: 1 }, { duplex: null }]) {
    assertThrows(() => Pipe(wrong as never), TypeError, "Cannot make pipe: ");
  }
});

test("Pipe() gives ends that a child sends and receives through", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: echo, args: [theirs] }).start();
  for (const item of ["one", [2], new Map([[3, new Date(0)]])]) {
    await mine.send(item);
    assertEquals(await mine.recv(), item);
  }
  mine.close();
  assertEquals(await child.join(), 0);
});

test("Pipe() gives ends that both can be given to children, which talk past their parent", async () => {
  const [one, other] = Pipe();
  const said = new Queue();
  const children = [
    new Process({ target: produce, args: [one, "one", 2] }).start(),
    new Process({ target: passOn, args: [other, said] }).start(),
  ];
  assertEquals([await said.get(), await said.get(), await said.get()], [["one", 0], ["one", 1], "end of file"]);
  for (const child of children) assertEquals(await child.join(), 0);
});

test("Pipe() gives ends that keep their direction in another process", async () => {
  const ends = Pipe({ duplex: false });
  const said = new Queue();
  for (const end of ends) await new Process({ target: tellDirection, args: [end, said] }).start().join();
  assertEquals(await said.get(), [true, false, "StateError"]);
  assertEquals(await said.get(), [false, true, "StateError"]);
});

test("Pipe() gives ends that cross in queues, through pools and through other pipes, and that a child hands down to its own", async () => {
  const [mine, theirs] = Pipe();
  await using pool = new Pool(1);
  await pool.apply(sendAll, [theirs, ["through a pool"]]);
  const queue = new Queue<Connection>();
  await queue.put(theirs);
  assertStrictEquals(await queue.get(), theirs);
  const [outer, far] = Pipe();
  const child = new Process({ target: answerThrough, args: [far as Connection<Connection>] }).start();
  await outer.send(theirs);
  await child.join();
  await new Process({ target: handDown, args: [theirs] }).start().join();
  assertEquals([await mine.recv(), await mine.recv(), await mine.recv()], [
    "through a pool",
    "through the inner one",
    "from below",
  ]);
});

test("Pipe() gives ends that come back as the same object", async () => {
  const [mine, theirs] = Pipe();
  const [near, far] = Pipe();
  const child = new Process({ target: echo, args: [far] }).start();
  await near.send([theirs, { again: theirs }]);
  const [first, { again }] = await near.recv() as [Connection, { again: Connection }];
  assertStrictEquals(first, theirs);
  assertStrictEquals(again, theirs);
  near.close();
  await child.join();
  theirs.close();
  await assertRejects(() => mine.recv(), EOFError);
});

test("Pipe() in a child gives ends that its parent receives and uses", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: giveOwn, args: [theirs] }).start();
  const inner = await mine.recv() as Connection;
  await inner.send("to the child's own");
  assertEquals(await mine.recv(), "to the child's own");
  await child.join();
});

test("Pipe() gives ends that a function uses whose module does not load the library", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: sendPlainly, args: [theirs] }).start();
  assertEquals(await rest(mine), ["plain"]);
  assertEquals(await child.join(), 0);
});

test("Pipe() gives ends that send arrays of 64 MiB to a child", async () => {
  const [mine, theirs] = Pipe<Float64Array>();
  const child = new Process({ target: receiveLarge, args: [theirs] }).start();
  await mine.send(new Float64Array(8 * 1024 * 1024));
  assertEquals([...await mine.recv()], [8 * 1024 * 1024]);
  await child.join();
});

test("Connection.recv() throws EOFError when a child that has the other end has ended, although the parent has not closed its copy", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: sendAll, args: [theirs, [1, 2]] }).start();
  assertEquals(await rest(mine), [1, 2]);
  await assertRejects(() => mine.recv(), EOFError, "the other end is closed and nothing is left");
  assertEquals(await child.join(), 0);
});

test("Connection.recv() throws EOFError when a child that was given the other end ends without using it", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: nothing, args: [theirs] }).start();
  theirs.close();
  await assertRejects(() => mine.recv(), EOFError);
  await child.join();
});

test("Connection.recv() throws EOFError when a child that was given the other end is killed before it runs", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: keep, args: [theirs, "", ""] }).start();
  theirs.close();
  const receiving = mine.recv();
  receiving.catch(() => {});
  assertEquals(await kill(child), -9);
  await assertRejects(() => receiving, EOFError);
});

test(
  "Connection.recv() and send() end however early the child dies that was given the other end, although the parent has not closed its own",
  async () => {
    const folder = scratch();
    for (const way of ["exits", "throws", "returns", "killed at once", "turns", "spins"]) {
      const [[reader, first], [writer, second]] = [Pipe<number>(), Pipe<number>()];
      for (let n = 0; n < 1_000; n++) await writer.send(n);
      const children = [first, second].map((end, n) =>
        new Process({ target: die, args: [end, way, `${folder}/${way}${n}`], stderr: "null" }).start()
      );
      const waiting = [reader.recv(), writer.send(1_000), reader.poll({ timeout: 60_000 })].map((each) =>
        each.then((value) => value, (error) => error.name)
      );
      for (const [n, child] of children.entries()) {
        if (way === "turns" || way === "spins") await until(() => exists(`${folder}/${way}${n}`), "the child runs");
        if (way !== "exits" && way !== "throws" && way !== "returns") child.kill();
        await child.join();
      }
      assertEquals(await Promise.all(waiting), ["EOFError", "ClosedError", true], way);
      await assertRejects(() => reader.recv(), EOFError);
      await assertRejects(() => writer.send(0), ClosedError);
      for (const end of [reader, first, writer, second]) end.close();
    }
  },
  { limit: 60_000 },
);

test("Connection.recv() goes on when this process uses its own copy of an end whose child has ended", async () => {
  const [mine, theirs] = Pipe<number>();
  const child = new Process({ target: die, args: [theirs, "exits", ""] }).start();
  await assertRejects(() => mine.recv(), EOFError);
  await child.join();
  await theirs.send(1);
  assertEquals(await mine.recv(), 1);
  const receiving = mine.recv();
  assertEquals(await isPending(receiving), true);
  theirs.close();
  await assertRejects(() => receiving, EOFError);
});

test("Connection.recv() waits for the next child that is given the other end, when the one before could not be started", async () => {
  const [mine, theirs] = Pipe<number>();
  const cwd = `${scratch()}/none`;
  assertThrows(() => new Process({ target: sendAll, args: [theirs, [1]], cwd }).start(), SpawnError);
  const receiving = mine.recv();
  assertEquals(await isPending(receiving), true);
  const child = new Process({ target: sendAll, args: [theirs, [2]] }).start();
  assertEquals([await receiving, await child.join()], [2, 0]);
});

test("Connection.recv() throws EOFError when the child has closed the other end and lives on", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe();
  const child = new Process({ target: closeAndLive, args: [theirs, `${folder}/end`, `${folder}/closed`] }).start();
  await assertRejects(() => mine.recv(), EOFError);
  assertEquals([exists(`${folder}/closed`), child.isAlive()], [true, true]);
  mark(`${folder}/end`);
  await child.join();
});

test("Connection.recv() waits for the child to which the other end is under way, although the parent has closed its copy", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: sendAll, args: [theirs, ["late"]] }).start();
  theirs.close();
  assertEquals(await mine.recv(), "late");
  await child.join();
});

test("Connection.recv() throws EOFError when the last of several children that have the other end has ended", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe();
  const children = [1, 2].map((n) =>
    new Process({ target: keep, args: [theirs, `${folder}/end${n}`, `${folder}/there${n}`] }).start()
  );
  theirs.close();
  const receiving = mine.recv();
  mark(`${folder}/end1`);
  await children[0]!.join();
  assertEquals(await isPending(receiving), true);
  mark(`${folder}/end2`);
  await assertRejects(() => receiving, EOFError);
  await children[1]!.join();
});

test("Connection.recv() throws EOFError in a child when the parent has closed the other end", async () => {
  const [mine, theirs] = Pipe();
  const said = new Queue();
  const child = new Process({ target: passOn, args: [theirs, said] }).start();
  await mine.send(1);
  assertEquals(await said.get(), 1);
  mine.close();
  assertEquals(await said.get(), "end of file");
  await child.join();
});

test("Connection.recv() waits while another process has the other end, although the one that used it first has ended", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe();
  const stays = new Process({ target: keep, args: [theirs, `${folder}/end`, `${folder}/there`] }).start();
  await until(() => exists(`${folder}/there`), "it has the end");
  await new Process({ target: sendAll, args: [theirs, [1]] }).start().join();
  assertEquals(await mine.recv(), 1);
  const receiving = mine.recv();
  assertEquals(await isPending(receiving), true);
  mark(`${folder}/end`);
  await assertRejects(() => receiving, EOFError);
  await stays.join();
});

test("Connection.recv() throws ConnectError at once when the process that made the pipe is killed", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: giveOwn, args: [theirs] }).start();
  const inner = await mine.recv() as Connection;
  const receiving = inner.recv();
  receiving.catch(() => {});
  await kill(child);
  await assertRejects(() => receiving, ConnectError);
  await assertRejects(() => inner.send(1), ConnectError);
});

test("Pipe() before a fork gives the child the parent's pipe: parent and child talk when each closes the end that it does not use", async () => {
  assertEquals(await forked("usual"), ["EOFError", "child: down", "parent: up"]);
});

test("Pipe() before a fork gives the child the parent's pipe: parent and child talk when neither closes anything", async () => {
  assertEquals(await forked("unclosed"), ["EOFError", "child: down", "parent: up"]);
});

test("Pipe() before a fork gives end of file when all forked writers are killed, after all that they sent", async () => {
  assertEquals(await forked("one-way"), ["0,0,1,1,2,2", "9 9"]);
});

test("Pipe() before a fork gives end of file when the child ends that has used neither end", async () => {
  assertEquals(await forked("unused"), ["EOFError true"]);
});

test("Pipe() before a fork gives a child end of file when the parent closes its end, although the child has not closed its copy", async () => {
  assertEquals(await forked("parent closes"), ["child: 0,1,2"]);
});

test("Pipe() before a fork gives the child what was sent before the fork", async () => {
  assertEquals(await forked("before"), ["child: before the fork"]);
});

test("Connection.recv() before a fork is a ForkError in the child that says to put it inside snapshot()", async () => {
  const { stderr } = await run(FORKS, { args: ["received"] });
  assertEquals(/ForkError.*Cannot receive on the way to a fork.*inside snapshot\(\)/.test(stderr), true, stderr);
});

test("Connection.send() throws ClosedError with the item when the child that has the other end has ended", async () => {
  const [mine, theirs] = Pipe();
  await new Process({ target: tellRecv, args: [theirs, new Queue()] }).start();
  await mine.send("taken");
  await assertRejects(() => mine.recv(), EOFError);
  const error = await assertRejects(() => mine.send("lost"), ClosedError, "Cannot send: the other end is closed");
  assertEquals(error.value, "lost");
});

noLeaks();
