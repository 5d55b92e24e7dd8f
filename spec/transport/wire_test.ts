import { ProtocolError } from "../../mod.ts";
import type { ByteStream } from "../../src/runtime/network.ts";
import { Channel } from "../../src/transport/channel.ts";
import {
  FrameReader,
  MAX_FRAME_BLOCK_BYTES,
  MAX_FRAME_BLOCKS,
  MAX_FRAME_TEXT_BYTES,
} from "../../src/transport/frame.ts";
import { frame, Frames, joined, pair } from "../_support/sockets.ts";
import { raw } from "../_support/raw_message.ts";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "../_support/assert.ts";
import { deadline, delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MiB = 1024 * 1024;
type Seen = { text: string; blocks: number[][]; size: number };

/** Feeds bytes in pieces of so many, and gives the frames. */
function read(bytes: Uint8Array, piece: number): Seen[] {
  const seen: Seen[] = [];
  const reader = new FrameReader((text, blocks, size) => seen.push({ text, blocks: blocks.map((b) => [...b]), size }));
  feed(reader, bytes, piece);
  return seen;
}

function feed(reader: Pick<FrameReader, "space" | "filled">, bytes: Uint8Array, piece: number): void {
  for (let at = 0; at < bytes.length;) {
    const space = reader.space();
    assert(space.length > 0, "there is space");
    const part = bytes.subarray(at, at + Math.min(piece, space.length));
    space.set(part);
    reader.filled(part.length);
    at += part.length;
  }
}

/** A header that claims so much. */
function header(text: number, blocks: number, lengths: number[] = []): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 + 8 * lengths.length));
  view.setUint32(0, text, true);
  view.setUint32(4, blocks, true);
  lengths.forEach((length, at) => view.setFloat64(8 + 8 * at, length, true));
  return new Uint8Array(view.buffer);
}

/** A channel that keeps what it gets. */
function channelOn(duplex: ByteStream, act: (message: unknown[], blocks: Uint8Array[]) => void = () => {}) {
  const seen = { messages: [] as unknown[][], blocks: [] as Uint8Array[], closed: [] as (ProtocolError | null)[] };
  const channel = new Channel(duplex, {
    message(message, blocks) {
      seen.messages.push(message as unknown[]);
      if (blocks.length > 0) seen.blocks.push(blocks[Number(message[2])]!);
      act(message as unknown[], blocks);
    },
    closed: (fault) => seen.closed.push(fault),
  });
  duplex.receive(channel);
  return { channel, seen };
}

test("Frame is the lengths of text and blocks, then text and blocks, in little-endian order", () => {
  const bytes = frame('"é"', [Uint8Array.of(1, 2), Uint8Array.of()]);
  const lengths = "0400000002000000" + "0000000000000040" + "0000000000000000";
  assertEquals(bytes.toHex(), lengths + "22c3a922" + "0102");
});

test("FrameReader gives the same frames wherever the bytes are split", () => {
  const stream = joined(
    frame("[]"),
    frame(""),
    frame('["é😀"]', [Uint8Array.of(1, 2, 3), Uint8Array.of(), Uint8Array.of(4)]),
    frame("", [Uint8Array.of(5)]),
    frame("last"),
  );
  const whole = read(stream, stream.length);
  assertEquals(whole.map(({ text, blocks }) => [text, blocks]), [
    ["[]", []],
    ["", []],
    ['["é😀"]', [[1, 2, 3], [], [4]]],
    ["", [[5]]],
    ["last", []],
  ]);
  assertEquals(whole.reduce((sum, { size }) => sum + size, 0), stream.length);
  for (let piece = 1; piece < stream.length; piece++) assertEquals(read(stream, piece), whole, `pieces of ${piece}`);
  for (let cut = 1; cut < stream.length; cut++) {
    const seen: Seen[] = [];
    const reader = new FrameReader((text, blocks, size) =>
      seen.push({ text, blocks: blocks.map((b) => [...b]), size })
    );
    feed(reader, stream.subarray(0, cut), cut);
    feed(reader, stream.subarray(cut), stream.length);
    assertEquals(seen, whole, `cut at ${cut}`);
  }
});

test("FrameReader gives frames that are larger than its stage, and small ones around them", () => {
  const text = "x".repeat(200_000);
  const block = new Uint8Array(300_000).map((_, at) => at);
  const stream = joined(frame("a"), frame(text, [block]), frame("b"), frame(text), frame("c", [block, block]));
  for (const piece of [65_536, 1_000, 65_535, 99_999]) {
    const seen = read(stream, piece);
    assertEquals(seen.map(({ text }) => text.length), [1, 200_000, 1, 200_000, 1]);
    assertEquals(seen[4]!.blocks.map((bytes) => bytes.every((byte, at) => byte === block[at])), [true, true]);
  }
});

test("FrameReader gives a frame whose table of blocks is larger than its stage", () => {
  const blocks = Array.from({ length: 20_000 }, (_, at) => Uint8Array.of(at));
  for (const piece of [7_777, 65_536]) {
    const [seen] = read(joined(frame("[]", blocks), frame("last")), piece);
    assertEquals(seen!.blocks.flat(), blocks.map(([byte]) => byte));
  }
});

test("FrameReader gives each block memory of its own", () => {
  const given: Uint8Array[] = [];
  const reader = new FrameReader((_, blocks) => given.push(...blocks));
  feed(reader, joined(frame("", [Uint8Array.of(1), Uint8Array.of(2)]), frame("", [Uint8Array.of(3)])), 1_000);
  assertEquals(given.map((block) => [block[0], block.buffer.byteLength]), [[1, 1], [2, 1], [3, 1]]);
});

test("FrameReader throws a ProtocolError when a header claims more than a frame may hold, before the rest comes", () => {
  for (
    const bytes of [
      header(0xffff_ffff, 0),
      header(MAX_FRAME_TEXT_BYTES + 1, 0),
      header(0, MAX_FRAME_BLOCKS + 1),
      header(0, 0xffff_ffff),
      header(0, 1, [MAX_FRAME_BLOCK_BYTES + 1]),
      header(0, 2, [MAX_FRAME_BLOCK_BYTES, 1]),
      header(0, 1, [-1]),
      header(0, 1, [0.5]),
      header(0, 1, [NaN]),
      header(0, 1, [Infinity]),
    ]
  ) {
    assertThrows(() => read(bytes, bytes.length), ProtocolError);
    assertThrows(() => read(bytes, 1), ProtocolError);
  }
});

test("Channel.post() sends what is posted in one tick as one frame, in order", async () => {
  using ends = await pair();
  const frames = new Frames();
  ends.far.receive(frames);
  const { channel } = channelOn(ends.near);
  for (const text of ["[1]", "[2]", "[3]"]) channel.post(raw(text));
  await delay(0);
  channel.post(raw("[4]"));
  await until(() => frames.frames.length === 2, "two frames are there");
  assertEquals(frames.frames.map(({ text }) => text), ["[[1],[2],[3]]", "[[4]]"]);
  channel.close();
});

test("Channel.post() keeps the order of many messages, with blocks and without", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  const { channel } = channelOn(ends.near);
  for (let n = 0; n < 20_000; n++) {
    if (n % 3 === 0) channel.post(raw(`["b",${n},${channel.base(1)}]`), [Uint8Array.of(n, n >> 8)]);
    else channel.post(raw(`["t",${n}]`));
    if (n % 1_000 === 0) await delay(0);
  }
  await until(() => far.seen.messages.length === 20_000, "all messages are there");
  assertEquals(far.seen.messages.map((message) => message[1]), Array.from({ length: 20_000 }, (_, n) => n));
  channel.close();
});

test("Channel.base() tells where the blocks of a message begin in its frame, also when there are many", async () => {
  using ends = await pair();
  const wrong: unknown[] = [];
  const far = channelOn(ends.far, ([, n, base], blocks) => {
    const [low, high] = blocks[base as number]!;
    if (low! + 256 * high! !== n) wrong.push(n);
  });
  const { channel } = channelOn(ends.near);
  for (let n = 0; n < 10_000; n++) channel.post(raw(`["b",${n},${channel.base(1)}]`), [Uint8Array.of(n, n >> 8)]);
  await until(() => far.seen.messages.length === 10_000, "all messages are there");
  assertEquals(wrong, []);
  channel.close();
});

test("Channel carries blocks of 64 MiB both ways at once", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  const near = channelOn(ends.near);
  const block = new Uint8Array(64 * MiB).map((_, at) => at * 7);
  for (let n = 0; n < 3; n++) {
    far.channel.post(raw(`["b",${n},0]`), [block]);
    near.channel.post(raw(`["b",${n},0]`), [block]);
    far.channel.flush();
    near.channel.flush();
  }
  await until(() => far.seen.blocks.length === 3 && near.seen.blocks.length === 3, "all blocks are there", 20_000);
  for (const given of [...far.seen.blocks, ...near.seen.blocks]) {
    assertEquals(given.length, block.length);
    assert([0, 1, 12_345_678, 64 * MiB - 1].every((at) => given[at] === block[at]));
  }
  near.channel.close();
});

test("Channel holds back what goes beyond 8 MiB until the other side gives credit", async () => {
  using ends = await pair();
  const frames = new Frames();
  ends.far.receive(frames);
  const { channel } = channelOn(ends.near);
  for (let n = 0; n < 40; n++) {
    channel.post(raw(`["b",${n},0]`), [new Uint8Array(MiB)]);
    channel.flush();
    await delay(0);
  }
  await until(() => frames.size >= 8 * MiB, "the first 8 MiB are there");
  await delay(100);
  assert(frames.size <= 9 * MiB + 65_536, `${frames.size} bytes came without credit`);
  const before = frames.size;
  await ends.far.send(frame(`[["credit",${before}]]`));
  await until(() => frames.size > before, "more comes with credit");
  while (frames.frames.flatMap(({ sizes }) => sizes).length < 40) {
    await ends.far.send(frame(`[["credit",${8 * MiB}]]`));
    await delay(5);
  }
  const numbers = frames.frames.flatMap(({ text }) => (JSON.parse(text) as [string, number][]).map(([, n]) => n));
  assertEquals(numbers, Array.from({ length: 40 }, (_, n) => n));
  channel.close();
});

test("Channel gives credit for what its receiver has dealt with", async () => {
  using ends = await pair();
  const frames = new Frames();
  ends.far.receive(frames);
  channelOn(ends.near);
  await ends.far.send(frame('[["b",1,0]]', [new Uint8Array(4 * MiB)]));
  await until(() => frames.frames.length > 0, "there is credit");
  const [[type, bytes]] = JSON.parse(frames.frames[0]!.text) as [[string, number]];
  assertEquals(type, "credit");
  assert(bytes >= 4 * MiB && bytes < 4 * MiB + 100);
});

test("Channel gives credit also while it waits for credit itself", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  const near = channelOn(ends.near);
  for (const { channel } of [far, near]) {
    for (let n = 0; n < 5; n++) {
      channel.post(raw(`["b",${n},0]`), [new Uint8Array(10 * MiB)]);
      channel.flush();
    }
  }
  await deadline(Promise.all([far.channel.drained(), near.channel.drained()]), 10_000, "the end of both streams");
  await until(() => far.seen.messages.length === 5 && near.seen.messages.length === 5, "all messages are there");
  near.channel.close();
});

test("Channel sends what was posted while a frame was being written, also when credit goes before it", async () => {
  const sent: string[] = [];
  let written = () => {};
  const slow: ByteStream = {
    send(bytes) {
      sent.push(new TextDecoder().decode(bytes).replace(/^[^[]*/, ""));
      return new Promise((resolve) => written = resolve);
    },
    receive() {},
    close() {},
    ref() {},
    unref() {},
  };
  const { channel } = channelOn(slow, () => channel.post(raw('["answer"]')));
  channel.post(raw('["first"]'));
  await until(() => sent.length === 1, "the first frame is being written");
  feed(channel, frame('[["b",1,0]]', [new Uint8Array(3 * MiB)]), MiB);
  for (let frames = 1; frames < 3; frames++) {
    written();
    await until(() => sent.length > frames, `frame ${frames + 1} is being written`);
  }
  assertEquals([sent[0], sent[1]!.startsWith('[["credit",'), sent[2]], ['[["first"]]', true, '[["answer"]]']);
  channel.close();
});

test("Channel.drained() settles when all that was posted is with the kernel, or the connection is over", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  const { channel } = channelOn(ends.near);
  await channel.drained();
  channel.post(raw('["b",1,0]'), [new Uint8Array(MiB)]);
  await channel.drained();
  channel.close();
  await until(() => far.seen.messages.length === 1, "the message is there");
  await channel.drained();
});

test("Channel tells its receiver once that the other side has closed, with no fault between two frames", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  await ends.near.send(frame("[[1]]"));
  ends.near.close();
  await until(() => far.seen.closed.length > 0, "the end is known");
  far.channel.close();
  far.channel.post(raw("[2]"));
  await delay(20);
  assertEquals([far.seen.messages, far.seen.closed], [[[1]], [null]]);
});

test("Channel tells its receiver of a ProtocolError when the other side ends within a frame", async () => {
  using ends = await pair();
  const far = channelOn(ends.far);
  await ends.near.send(frame("[[1]]").subarray(0, 10));
  ends.near.close();
  await until(() => far.seen.closed.length > 0, "the end is known");
  assertInstanceOf(far.seen.closed[0], ProtocolError);
});

test("Channel has room for what comes after its end, and does nothing about it", async () => {
  using ends = await pair();
  const { channel, seen } = channelOn(ends.near);
  const bytes = new Uint8Array(300_000).fill(255);
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + channel.space().length);
    assert(part.length > 0, "there is space");
    channel.space().set(part);
    channel.filled(part.length);
    at += part.length;
  }
  assertEquals([seen.messages.length, seen.closed.length], [0, 1]);
});

test("Channel closes with a ProtocolError when it reads no list of messages, or a header that claims too much", async () => {
  const claims = header(0xffff_ffff, 0);
  for (const bytes of [frame("not json"), frame("7"), frame("[7]"), frame("null"), claims, header(0, 1, [2 ** 40])]) {
    using ends = await pair();
    const far = channelOn(ends.far);
    const frames = new Frames();
    ends.near.receive(frames);
    await ends.near.send(bytes);
    await until(() => far.seen.closed.length > 0 && frames.over, "the connection is closed");
    assertInstanceOf(far.seen.closed[0], ProtocolError);
    assertEquals(far.seen.messages, []);
  }
});

test("Channel closes with a ProtocolError that has the cause when its receiver throws, and harms no other channel", async () => {
  using ends = await pair();
  using others = await pair();
  const other = channelOn(others.far);
  const cause = new RangeError("not expected");
  const far = channelOn(ends.far, () => {
    throw cause;
  });
  await ends.near.send(frame("[[1]]"));
  await until(() => far.seen.closed.length > 0, "the connection is closed");
  assertEquals(far.seen.closed[0]!.cause, cause);
  await others.near.send(frame("[[2]]"));
  await until(() => other.seen.messages.length === 1, "the other channel serves");
});

noLeaks();
