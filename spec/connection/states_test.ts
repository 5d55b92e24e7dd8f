import { ClosedError, EOFError, ProtocolError } from "../../mod.ts";
import { encode } from "../../src/codec/codec.ts";
import { EncodedValue } from "../../src/codec/encoded_value.ts";
import { Inbox, type Item, MAX_UNREAD_BYTES, MAX_UNREAD_ITEMS } from "../../src/connection/inbox.ts";
import { PipeState } from "../../src/connection/pipe_state.ts";
import { SocketReceiver } from "../../src/connection/socket_receiver.ts";
import { SocketSender } from "../../src/connection/socket_sender.ts";
import { type Delivery, ObjectClient, Operation } from "../../src/remote/operation.ts";
import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "../_support/assert.ts";
import { isPending } from "../_support/async.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

function itemOf(value: unknown, size = 1, isBytes = false): Item {
  return { value: EncodedValue.packed(encode(value, "item")), isBytes, size };
}

test("Inbox.hasRoom is false when 1 000 items or 8 MiB lie there, and an item that is put back lies at the front", () => {
  const [many, large] = [new Inbox(), new Inbox()];
  for (const n of numbers(MAX_UNREAD_ITEMS)) {
    assertEquals(many.hasRoom, true);
    many.put(itemOf(n));
  }
  large.put(itemOf("large", MAX_UNREAD_BYTES));
  assertEquals([MAX_UNREAD_ITEMS, many.hasRoom, large.hasRoom], [1_000, false, false]);
  const first = many.take(false);
  assertEquals([many.hasRoom, first.value.decode()], [true, 0]);
  many.putBack(first);
  assertEquals([many.hasRoom, many.take(false) === first], [false, true]);
  large.take(false);
  assertEquals([large.hasRoom, large.isEmpty], [true, true]);
});

test("Inbox.take() throws a ProtocolError that names the method to use when the item is of the other kind, and keeps it", () => {
  const inbox = new Inbox();
  inbox.put(itemOf(1, 1, true));
  assertThrows(() => inbox.take(false), ProtocolError, "take them with recvBytes()");
  inbox.take(true);
  inbox.put(itemOf(1));
  assertThrows(() => inbox.take(true), ProtocolError, "take it with recv()");
  assertEquals([inbox.isEmpty, inbox.take(false).value.decode()], [false, 1]);
});

/** A channel that keeps what is posted, and sends it when it is told to. */
class Posted {
  readonly messages: string[] = [];
  readonly #sent: (() => void)[] = [];
  base = () => 0;
  post = (message: string, _blocks?: unknown, onSent?: () => void) => {
    this.messages.push(message);
    this.#sent.push(onSent!);
  };

  sendAll(): void {
    for (const sent of this.#sent.splice(0)) sent();
  }
}

function send(sender: SocketSender, value: unknown): Promise<unknown> {
  const { promise } = sender.send(encode(value, "item"), false, (error) => error);
  promise.catch(() => {});
  return promise;
}

test("SocketSender.send() posts items until the other side has 1 000 unread or 8 MiB, and the rest in order as it reports", async () => {
  const posted = new Posted();
  const sender = new SocketSender(posted as never);
  const all = numbers(MAX_UNREAD_ITEMS + 3).map((n) => send(sender, n));
  assertEquals([posted.messages.length, sender.isWaiting], [MAX_UNREAD_ITEMS, true]);
  posted.sendAll();
  await all[MAX_UNREAD_ITEMS - 1];
  assertEquals(await isPending(all[MAX_UNREAD_ITEMS]!), true);
  sender.received(2);
  assertEquals(posted.messages.length, MAX_UNREAD_ITEMS + 2);
  sender.received(1);
  assertEquals([posted.messages.length, sender.isWaiting], [MAX_UNREAD_ITEMS + 3, false]);
  posted.sendAll();
  await Promise.all(all);
  const values = posted.messages.map((message) => Number(/(\d+)\D*$/.exec(message)![1]));
  assertEquals(values, numbers(MAX_UNREAD_ITEMS + 3));
  const large = new Posted();
  const other = new SocketSender(large as never);
  for (const _ of numbers(10)) send(other, new Uint8Array(MAX_UNREAD_BYTES / 4));
  assertEquals(large.messages.length, 4);
});

test("SocketSender.received() throws a ProtocolError when more is reported than was sent", () => {
  const sender = new SocketSender(new Posted() as never);
  send(sender, 1);
  assertThrows(() => sender.received(2), ProtocolError);
  assertThrows(() => sender.received(NaN), ProtocolError);
  sender.received(1);
});

test("SocketSender.close() rejects what waits and what was posted and is not out, and every later call, with a ClosedError", async () => {
  const posted = new Posted();
  const sender = new SocketSender(posted as never);
  const all = numbers(MAX_UNREAD_ITEMS + 1).map((n) => send(sender, n));
  sender.close();
  posted.sendAll();
  for (const outcome of [all[0]!, all.at(-1)!, send(sender, 1)]) {
    await assertRejects(() => outcome, ClosedError, "Cannot send: the other end is closed");
  }
  assertEquals(posted.messages.length, MAX_UNREAD_ITEMS);
});

function recv(receiver: SocketReceiver): Promise<unknown> {
  return receiver.recv(false, {}, () => {
    throw new Error("too late");
  }).promise;
}

test("SocketReceiver.recv() gives items in the order in which they came, to those who wait in the order of their calls", async () => {
  const receiver = new SocketReceiver(() => {});
  receiver.put(itemOf("a"));
  receiver.put(itemOf("b"));
  const all = numbers(4).map(() => recv(receiver));
  assertEquals(await Promise.all(all.slice(0, 2)), ["a", "b"]);
  receiver.put(itemOf("c"));
  receiver.put(itemOf("d"));
  assertEquals(await Promise.all(all), ["a", "b", "c", "d"]);
});

test("SocketReceiver.recv() reports what was received after each 100 items or each MiB", async () => {
  const reports: number[] = [];
  const receiver = new SocketReceiver((count) => reports.push(count));
  for (const n of numbers(250)) receiver.put(itemOf(n));
  assertEquals(reports, []);
  for (const _ of numbers(250)) await recv(receiver);
  assertEquals(reports, [100, 100]);
  receiver.put(itemOf("large", 2 ** 20));
  await recv(receiver);
  assertEquals(reports, [100, 100, 51]);
});

test("SocketReceiver.end() lets what is here be received, and rejects every later call with the error", async () => {
  const receiver = new SocketReceiver(() => {});
  receiver.put(itemOf("last"));
  receiver.end(new EOFError("over"));
  receiver.end(new EOFError("once more"));
  assertEquals(await recv(receiver), "last");
  for (const _ of numbers(2)) await assertRejects(() => recv(receiver), EOFError, "over");
});

test("SocketReceiver.poll() settles with true when there is something, or nothing more comes, and takes nothing", async () => {
  const receiver = new SocketReceiver(() => {});
  assertEquals(await receiver.poll({ timeout: 0 }).promise, false);
  const waiting = receiver.poll({}).promise;
  receiver.put(itemOf(1));
  assertEquals([await waiting, await receiver.poll({ timeout: 0 }).promise, await recv(receiver)], [true, true, 1]);
  const ended = receiver.poll({}).promise;
  receiver.end(new EOFError("over"));
  assertEquals([await ended, await receiver.poll({ timeout: 0 }).promise], [true, true]);
});

test("SocketReceiver.close() rejects all who wait with a ClosedError", async () => {
  const receiver = new SocketReceiver(() => {});
  const waiting = [recv(receiver), receiver.poll({}).promise];
  receiver.close();
  for (const each of waiting) await assertRejects(() => each, ClosedError);
});

/** An operation that keeps its answer. */
class Asked extends Operation {
  answer: unknown = "waits";
  delivery: Delivery | undefined;

  settle(value?: unknown, delivery?: Delivery): void {
    this.answer = value instanceof EncodedValue ? value.decode() : value;
    this.delivery = delivery;
  }

  fail(error: unknown): void {
    this.answer = error;
  }

  lapse(): void {
    this.answer = "lapsed";
  }
}

/** The process in which the pipe lives. */
class Here extends ObjectClient {
  override readonly isLocal = true;
}

function ask(pipe: PipeState, client: ObjectClient, act: string, side: 0 | 1, item?: number): Asked {
  const value = item === undefined ? null : EncodedValue.packed(encode(item, "item"));
  const args = act === "send" ? [side, 0, 1] : [side, act === "recv" ? 0 : null];
  const asked = new Asked(client, act, args, value, false);
  try {
    pipe.perform(asked);
  } catch (error) {
    asked.fail(error);
  }
  return asked;
}

test("PipeState gives items that come back undelivered to the next reader, in the order in which they were sent", async () => {
  const [pipe, here, there] = [new PipeState(), new Here(), new ObjectClient()];
  for (const n of [1, 2, 3]) ask(pipe, here, "send", 0, n);
  const given = [1, 2].map(() => ask(pipe, there, "recv", 1));
  assertEquals(given.map(({ answer }) => answer), [1, 2]);
  for (const { delivery } of given.toReversed()) delivery!.undone();
  await Promise.resolve();
  const again = [1, 2, 3].map(() => ask(pipe, there, "recv", 1));
  assertEquals(again.map(({ answer }) => answer), [1, 2, 3]);
});

test("PipeState lets a send that waits for room go on when an item was taken", () => {
  const [pipe, here] = [new PipeState(), new Here()];
  const sends = numbers(MAX_UNREAD_ITEMS + 2).map((n) => ask(pipe, here, "send", 0, n));
  const waiting = () => sends.slice(-2).map(({ answer }) => answer);
  assertEquals(waiting(), ["waits", "waits"]);
  ask(pipe, here, "recv", 1).delivery!.kept!();
  assertEquals(waiting(), [undefined, "waits"]);
});

test("PipeState.gone() is called when both copies are closed and no handle is on its way", () => {
  const [pipe, here, there] = [new PipeState(), new Here(), new ObjectClient()];
  let calls = 0;
  pipe.gone = () => calls++;
  pipe.perform(new Asked(here, "hand", [1, "ticket"], null, false));
  for (const side of [0, 1] as const) ask(pipe, here, "close", side);
  assertEquals(calls, 0);
  pipe.perform(new Asked(there, "attach", [1, "ticket"], null, false));
  assertInstanceOf(ask(pipe, there, "recv", 1).answer, EOFError);
  assertEquals(calls, 0);
  pipe.clientGone(there);
  assertEquals(calls, 1);
});

noLeaks();
