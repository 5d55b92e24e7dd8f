import {
  Client,
  ClosedError,
  type Connection,
  connectionWait,
  EOFError,
  Listener,
  Pipe,
  Process,
  StateError,
} from "../../mod.ts";
import { keep, later, nothing, produce } from "./_fixtures/pipe_ways.ts";
import { exists, mark } from "../_support/scratch.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const never = new Promise<never>(() => {});

test("connectionWait() gives the connections at which something can be received, in the order given, and takes nothing", async () => {
  const pairs = [Pipe(), Pipe(), Pipe()];
  const ends = pairs.map(([mine]) => mine);
  await pairs[2]![1].send("c");
  await pairs[0]![1].send("a");
  for (let time = 0; time < 2; time++) {
    const ready = await connectionWait(ends);
    assertEquals(ready.map((end) => ends.indexOf(end)), [0, 2]);
  }
  assertEquals([await ends[0]!.recv(), await ends[2]!.recv()], ["a", "c"]);
  assertEquals(await connectionWait(ends, { timeout: 0 }), []);
});

test("connectionWait() gives a connection whose other end is closed", async () => {
  const [mine, theirs] = Pipe();
  const waiting = connectionWait([mine]);
  theirs.close();
  assertEquals(await waiting, [mine]);
  assertEquals(await connectionWait([mine], { timeout: 0 }), [mine]);
});

test("connectionWait() gives a process that has ended, and one that ends meanwhile", async () => {
  const folder = scratch();
  const [mine, theirs] = Pipe();
  const ended = new Process({ target: nothing, args: [theirs] }).start();
  await ended.join();
  const living = new Process({ target: keep, args: [theirs, `${folder}/end`, `${folder}/there`] }).start();
  assertEquals(await connectionWait([living, ended]), [ended]);
  await until(() => exists(`${folder}/there`), "it has the end");
  const waiting = connectionWait([mine, living]);
  mark(`${folder}/end`);
  assert((await waiting).length > 0);
  await living.join();
  assertEquals(await connectionWait([mine, living], { timeout: 10_000 }), [mine, living]);
});

test("connectionWait() gives promises that have settled, also those that are rejected", async () => {
  const rejected = Promise.reject(new Error("rejected"));
  const fulfilled = Promise.resolve(1);
  assertEquals(await connectionWait([never, rejected, fulfilled]), [rejected, fulfilled]);
  const soon = later(30);
  assertEquals(await connectionWait([never, soon]), [soon]);
});

test("connectionWait() waits until the first is ready, and what is ready at the same time comes with it", async () => {
  const [[a, b], [c, d]] = [Pipe(), Pipe()];
  const waiting = connectionWait([a, c]);
  await later(30);
  await Promise.all([b.send(1), d.send(2)]);
  assertEquals(await waiting, [a, c]);
});

test("connectionWait() gives nothing when the timeout comes first, at once when it is 0 or less", async () => {
  const [mine, theirs] = Pipe(); // its other end is kept: one that nobody has is collected, and ends this one
  const start = Date.now();
  assertEquals(await connectionWait([mine, never], { timeout: 60 }), []);
  assert(Date.now() - start >= 50);
  for (const timeout of [0, -5]) assertEquals(await connectionWait([mine, never], { timeout }), []);
  assertEquals(await connectionWait([], { timeout: 10 }), []);
  theirs.close();
});

test("connectionWait() gives what is ready also when the timeout is 0", async () => {
  const [mine, theirs] = Pipe();
  await theirs.send(1);
  const promise = Promise.resolve();
  assertEquals(await connectionWait([mine, never, promise], { timeout: 0 }), [mine, promise]);
});

test("connectionWait() gives nothing at once when there is nothing to wait for and no timeout", async () => {
  assertEquals(await connectionWait([]), []);
});

test("connectionWait() rejects with the reason when its signal is aborted", async () => {
  const [mine] = Pipe();
  const reason = new Error("reason");
  assertEquals(await connectionWait([mine], { signal: AbortSignal.abort(reason) }).catch((caught) => caught), reason);
  const controller = new AbortController();
  const waiting = connectionWait([mine, never], { signal: controller.signal });
  await later(10);
  controller.abort(reason);
  assertEquals(await waiting.catch((caught) => caught), reason);
});

test("connectionWait() rejects with ClosedError when a connection is closed, StateError when one can only send or a process was not started, and TypeError when an object can not be waited for", async () => {
  const [mine, theirs] = Pipe({ duplex: false });
  await assertRejects(() => connectionWait([mine, theirs]), StateError, "can only send");
  await assertRejects(() => connectionWait([new Process()]), StateError, "not started");
  for (const wrong of [5, null, "text", {}]) await assertRejects(() => connectionWait([wrong as never]), TypeError);
  const waiting = connectionWait([mine, never]);
  waiting.catch(() => {});
  mine.close();
  await assertRejects(() => waiting, ClosedError);
  await assertRejects(() => connectionWait([mine]), ClosedError);
});

test("connectionWait() collects what four children send, and the end of file of each", async () => {
  const open = new Set<Connection>();
  const children = ["a", "b", "c", "d"].map((name) => {
    const [mine, theirs] = Pipe({ duplex: false });
    open.add(mine);
    return new Process({ target: produce, args: [theirs, name, 10] }).start();
  });
  const got: string[] = [];
  while (open.size > 0) {
    for (const connection of await connectionWait(open)) {
      try {
        got.push(String(await connection.recv()));
      } catch (error) {
        assert(error instanceof EOFError, String(error));
        open.delete(connection);
      }
    }
  }
  const want = ["a", "b", "c", "d"].flatMap((name) => Array.from({ length: 10 }, (_, n) => `${name},${n}`));
  assertEquals(got.sort(), want);
  for (const child of children) assertEquals(await child.join(), 0);
});

test("connectionWait() leaves connections as they were: those who wait at them get what comes", async () => {
  const [mine, theirs] = Pipe();
  for (let time = 0; time < 3; time++) await connectionWait([mine], { timeout: 5 });
  const receiving = mine.recv();
  await theirs.send("item");
  assertEquals(await receiving, "item");
});

test("connectionWait() waits for connections to a listener alike", async () => {
  using listener = new Listener();
  const [client, server] = await Promise.all([Client(listener.address), listener.accept()]);
  assertEquals(await connectionWait([client, server], { timeout: 20 }), []);
  await client.send("item");
  assertEquals(await connectionWait([client, server]), [server]);
  assertEquals(await server.recv(), "item");
  server.close();
  assertEquals(await connectionWait([client]), [client]);
  client.close();
});

test("connectionWait() keeps its program running", async () => {
  const program = "connection/_programs/connection_waits.ts";
  assertEquals((await run(program)).stdout, "0 1\n");
});

test("connectionWait() gives an object twice when it is given twice", async () => {
  const [one, other] = Pipe();
  await other.send(1);
  assertEquals(await connectionWait([one, one]), [one, one]);
  one.close();
  other.close();
});

noLeaks();
