import {
  BufferTooShort,
  Client,
  ClosedError,
  Connection,
  EOFError,
  Listener,
  Pipe,
  Process,
  ProtocolError,
  SerializationError,
  TimeoutError,
} from "../../mod.ts";
import { later, sendAll } from "./_fixtures/pipe_ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

type Pair = [Connection, Connection];

async function called(): Promise<Pair> {
  using listener = new Listener();
  const calling = Client(listener.address);
  return [await listener.accept(), await calling];
}

/** A law that holds for both kinds. */
function law(prove: (one: Connection, other: Connection) => Promise<void>): () => Promise<void> {
  return async () => {
    for (const make of [() => Pipe(), called]) {
      const [one, other] = await make();
      await prove(one, other);
      one.close();
      other.close();
    }
  };
}

test(
  "Connection.send() sends a copy: what is changed afterwards does not show",
  law(async (one, other) => {
    const item = { list: [1, 2], bytes: new Uint8Array([1, 2]) };
    const sending = one.send(item);
    item.list.push(3);
    item.bytes[0] = 9;
    await sending;
    assertEquals(await other.recv(), { list: [1, 2], bytes: new Uint8Array([1, 2]) });
  }),
);

test(
  "Connection.send() rejects with SerializationError, sends nothing, and the connection goes on",
  law(async (one, other) => {
    const error = await assertRejects(() => one.send([1, { callback: () => {} }]), SerializationError);
    assertEquals(error.path, "item[1].callback");
    await one.send("next");
    assertEquals(await other.recv(), "next");
  }),
);

test(
  "Connection.send() throws ClosedError with the item when the other end is closed",
  law(async (one, other) => {
    other.close();
    await assertRejects(() => one.recv(), EOFError);
    const error = await assertRejects(() => one.send("item"), ClosedError, "the other end is closed");
    assertEquals(error.value, "item");
    const bytes = new Uint8Array([1]);
    assertEquals((await assertRejects(() => one.sendBytes(bytes), ClosedError)).value, bytes);
  }),
);

test(
  "Connection.recv() gives what came before, what comes meanwhile, and what is left after the other end has closed",
  law(async (one, other) => {
    await one.send("before");
    assertEquals(await other.recv(), "before");
    const waiting = other.recv();
    await delay(20);
    await one.send("meanwhile");
    assertEquals(await waiting, "meanwhile");
    await one.send("after");
    one.close();
    assertEquals(await other.recv(), "after");
  }),
);

test(
  "Connection.recv() throws EOFError when the other end is closed and nothing is left, also when it waited before",
  law(async (one, other) => {
    const waiting = other.recv();
    waiting.catch(() => {});
    await delay(20);
    one.close();
    await assertRejects(() => waiting, EOFError, "the other end is closed and nothing is left");
    await assertRejects(() => other.recv(), EOFError);
    await assertRejects(() => other.recvBytes(), EOFError);
  }),
);

test(
  "Connection.recv() throws TimeoutError when nothing comes in time, and an aborted one the reason, and take nothing",
  law(async (one, other) => {
    const error = await assertRejects(() => other.recv({ timeout: 30 }), TimeoutError, "nothing came within 30 ms");
    assertEquals(error.timeout, 30);
    await assertRejects(() => other.recv({ timeout: -1 }), TimeoutError);
    const reason = new Error("reason");
    assertEquals(await other.recv({ signal: AbortSignal.abort(reason) }).catch((caught) => caught), reason);
    const controller = new AbortController();
    const waiting = other.recv({ signal: controller.signal });
    controller.abort(reason);
    assertEquals(await waiting.catch((caught) => caught), reason);
    await one.send("kept");
    assertEquals(await other.recv({ timeout: 10_000 }), "kept");
  }),
);

test(
  "Connection.recv() gives items to those who wait in the order in which they came",
  law(async (one, other) => {
    const waiting = [other.recv(), other.recv(), other.recv()];
    for (const n of [1, 2, 3]) await one.send(n);
    assertEquals(await Promise.all(waiting), [1, 2, 3]);
  }),
);

test(
  "Connection.recv() throws ProtocolError when bytes come next, and leaves them to recvBytes(), and the other way round",
  law(async (one, other) => {
    await one.sendBytes(new Uint8Array([7]));
    await one.send("item");
    await assertRejects(() => other.recv(), ProtocolError, "recvBytes()");
    assertEquals(await other.recvBytes(), new Uint8Array([7]));
    await assertRejects(() => other.recvBytes(), ProtocolError, "recv()");
    assertEquals(await other.recv(), "item");
  }),
);

test(
  "Connection.recv() throws TypeError when the options are of the wrong kind",
  law(async (one, other) => {
    for (const wrong of [{ timeout: "1" }, { timeout: NaN }, { signal: {} }, 5]) {
      await assertRejects(() => other.recv(wrong as never), TypeError, "Cannot receive: ");
    }
    await one.send(1);
    assertEquals(await other.recv(), 1);
  }),
);

test(
  "Connection.sendBytes() sends all bytes, or size of them from offset on, also none, and each call is one message",
  law(async (one, other) => {
    const bytes = Uint8Array.from([0, 1, 2, 3, 4]);
    const sent: [Uint8Array, number?, number?][] = [[bytes], [bytes, 2], [bytes, 1, 2], [bytes, 5], [bytes, 0, 0]];
    for (const [all, offset, size] of sent) await one.sendBytes(all, offset, size);
    for (const want of [[0, 1, 2, 3, 4], [2, 3, 4], [1, 2], [], []]) {
      assertEquals(await other.recvBytes(), Uint8Array.from(want));
    }
  }),
);

test(
  "Connection.sendBytes() throws RangeError when offset or size lie outside, and TypeError when they are not whole numbers or the bytes no Uint8Array",
  law(async (one, other) => {
    const bytes = new Uint8Array(5);
    for (const [offset, size] of [[-1], [6], [0, -1], [0, 6], [3, 3]]) {
      await assertRejects(() => one.sendBytes(bytes, offset, size), RangeError, "Cannot send bytes: ");
    }
    for (const [offset, size] of [[0.5], ["1"], [0, NaN], [0, null]]) {
      await assertRejects(() => one.sendBytes(bytes, offset as never, size as never), TypeError, "Cannot send bytes: ");
    }
    for (const wrong of ["text", [1], new ArrayBuffer(1)]) {
      await assertRejects(() => one.sendBytes(wrong as never), TypeError);
    }
    assertEquals(await other.poll({ timeout: 20 }), false);
  }),
);

test(
  "Connection.recvBytes() throws BufferTooShort that has the whole message when it is longer than maxLength, and the connection goes on",
  law(async (one, other) => {
    const bytes = Uint8Array.from([1, 2, 3]);
    await one.sendBytes(bytes);
    await one.sendBytes(bytes);
    const error = await assertRejects(() => other.recvBytes({ maxLength: 2 }), BufferTooShort, "3 came, at most 2");
    assertEquals([...error.bytes], [1, 2, 3]);
    assertEquals(await other.recvBytes({ maxLength: 3 }), bytes);
  }),
);

test(
  "Connection.recvBytes() throws RangeError when maxLength is below 0, and TypeError when it is no whole number",
  law(async (_one, other) => {
    await assertRejects(() => other.recvBytes({ maxLength: -1 }), RangeError, "maxLength");
    for (const wrong of [0.5, "1", null]) {
      await assertRejects(() => other.recvBytes({ maxLength: wrong as never }), TypeError, "maxLength");
    }
  }),
);

test(
  "Connection.poll() is false when there is nothing, and true without taking it when there is something",
  law(async (one, other) => {
    assertEquals([await other.poll(), await other.poll({ timeout: -1 })], [false, false]);
    await one.send("item");
    assertEquals(await other.poll({ timeout: 10_000 }), true);
    assertEquals([await other.poll(), await other.poll(), await other.recv(), await other.poll()], [
      true,
      true,
      "item",
      false,
    ]);
  }),
);

test(
  "Connection.poll() waits as long as its timeout says, and no longer than something takes to come",
  law(async (one, other) => {
    const start = Date.now();
    assertEquals(await other.poll({ timeout: 60 }), false);
    assert(Date.now() - start >= 50);
    const waiting = other.poll({ timeout: Infinity });
    await later(20);
    await one.send(1);
    assertEquals(await waiting, true);
    assertEquals(await other.recv(), 1);
  }),
);

test(
  "Connection.poll() is true at the end of file",
  law(async (one, other) => {
    const waiting = other.poll({ timeout: 10_000 });
    one.close();
    assertEquals([await waiting, await other.poll()], [true, true]);
    await assertRejects(() => other.recv(), EOFError);
  }),
);

test("Connection.poll() that is asked again and again sees what another process sends", async () => {
  const [mine, theirs] = Pipe();
  const child = new Process({ target: sendAll, args: [theirs, ["there"]] }).start();
  while (!await mine.poll());
  assertEquals(await mine.recv(), "there");
  await child.join();
});

test(
  "Connection.close() makes every use throw ClosedError, those that wait as well, and a second call does nothing",
  law(async (one, other) => {
    const waiting = [other.recv(), other.poll({ timeout: Infinity })];
    for (const each of waiting) each.catch(() => {});
    assertEquals(other.closed, false);
    other.close();
    other.close();
    assertEquals([other.closed, one.closed], [true, false]);
    const bytes = new Uint8Array(1);
    const uses = [
      ...waiting.map((each) => () => each),
      () => other.recv(),
      () => other.recvBytes(),
      () => other.poll(),
      () => other.send("item"),
      () => other.sendBytes(bytes),
    ];
    for (const use of uses) await assertRejects(use, ClosedError, "closed");
  }),
);

test(
  "Connection.close() lets go what was sent before, also when nobody has awaited it",
  law(async (one, other) => {
    const sending = Array.from({ length: 1_500 }, (_, n) => one.send(n));
    one.close();
    for (let n = 0; n < 1_500; n++) assertEquals(await other.recv(), n);
    await Promise.all(sending);
    await assertRejects(() => other.recv(), EOFError);
  }),
);

test(
  "Connection[Symbol.dispose]() closes it, for using and await using",
  law(async (one, other) => {
    {
      using _one = one;
      await using _other = other;
    }
    assertEquals([one.closed, other.closed], [true, true]);
  }),
);

test(
  "Connection[Symbol.asyncIterator]() gives what comes until the end of file",
  law(async (one, other) => {
    for (const n of [1, 2, 3]) await one.send(n);
    one.close();
    const got: unknown[] = [];
    for await (const item of other) got.push(item);
    assertEquals(got, [1, 2, 3]);
  }),
);

test("Connection keeps its program running while it waits, and not while it is idle", async () => {
  for (const kind of ["pipe", "listener"]) {
    const { code, stdout, stderr } = await run("connection/_programs/pipe_idle.ts", { args: [kind] });
    assertEquals([code, stdout, stderr], [0, "after 200 ms: item\nidle\n", ""]);
  }
});

test("new Connection() throws TypeError that says what makes one", () => {
  assertThrows(() => new (Connection as never as new () => object)(), TypeError, "Pipe(), Client()");
});

test("Connection.readable, writable and closed say what it can do, and whether it was closed here", async () => {
  const [reader, writer] = Pipe({ duplex: false });
  const [one, other] = await called();
  const states = () =>
    [reader, writer, one, other].map(({ readable, writable, closed }) => [readable, writable, closed]);
  assertEquals(states(), [[true, false, false], [false, true, false], [true, true, false], [true, true, false]]);
  reader.close();
  one.close();
  assertEquals(states().map(([, , closed]) => closed), [true, false, true, false]);
  writer.close();
  other.close();
});

noLeaks();
