/**
 * Frames: how a text and its blocks lie in a byte stream.
 *
 *     u32 length of text | u32 number of blocks | f64 length, per block | text | block …
 *
 * All numbers little-endian. Large parts are read straight into the memory in
 * which they stay. Knows neither what the text says nor who sent it.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { noteLargeMemory } from "../runtime/large_memory.ts";
import type { Block } from "../codec/graph.ts";

const PREFIX_BYTES = 8;
const STAGE_BYTES = 65_536;
/** A part of which at least so much is missing is read directly into its memory, a smaller one by way of the stage. */
const MIN_DIRECT_BYTES = 16_384;
/** What a larger part took is worth giving back. */
const MIN_NOTED_BYTES = 2 ** 20;
/** A longer text is parsed only when its nesting is known to be limited: deep nesting costs an engine 50 times the size of the text. */
const MAX_UNCHECKED_UNITS = 1024 * 1024;
const MAX_CHECKED_DEPTH = 256;
/** The longest text of one frame: an engine holds no longer string. */
export const MAX_FRAME_TEXT_BYTES: number = 2 ** 29 - 64;
/** The size of all blocks of one frame together. */
export const MAX_FRAME_BLOCK_BYTES: number = 2 ** 33;
/** The most blocks that one frame may have. */
export const MAX_FRAME_BLOCKS: number = 2 ** 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes header and text into `scratch` where they fit, else into new memory. */
export function writeHead(text: string, blocks: readonly Block[], scratch: Block): Block {
  const start = PREFIX_BYTES + 8 * blocks.length;
  const room = start + 3 * text.length;
  if (room <= scratch.length) {
    return head(scratch, start, encoder.encodeInto(text, scratch.subarray(start)).written, blocks);
  }
  const bytes = encoder.encode(text);
  if (bytes.length > MAX_FRAME_TEXT_BYTES) {
    throw new ProtocolError(
      `Cannot send message: its text has ${bytes.length} bytes, at most ${MAX_FRAME_TEXT_BYTES} fit one frame`,
    );
  }
  const frame = new Uint8Array(start + bytes.length);
  frame.set(bytes, start);
  return head(frame, start, bytes.length, blocks);
}

function head(frame: Block, start: number, length: number, blocks: readonly Block[]): Block {
  writeUint32(frame, 0, length);
  writeUint32(frame, 4, blocks.length);
  if (blocks.length > 0) {
    const view = new DataView(frame.buffer, frame.byteOffset);
    blocks.forEach((block, at) => view.setFloat64(PREFIX_BYTES + 8 * at, block.length, true));
  }
  return frame.subarray(0, start + length);
}

// Byte by byte: most frames are small, and to make a view costs more than the rest of their header.

function writeUint32(bytes: Block, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function readUint32(bytes: Block, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0;
}

/** Cuts a byte stream into frames. What it is fed is bounded; anything else is a `ProtocolError`. */
export class FrameReader {
  readonly #stage: Block = new Uint8Array(STAGE_BYTES);
  #from = 0;
  #to = 0;
  /** Length of the text of a frame whose table of blocks is being filled. */
  #length = 0;
  /** Parts of the open frame: first its table alone, then the text and the blocks; and their sizes. */
  #parts: Block[] = [];
  #sizes: number[] = [];
  #isTable = false;
  /** The part that is being filled, and how much of it is there. */
  #part = 0;
  #filled = 0;
  #direct = false;
  readonly #take: (text: string, blocks: Block[], size: number) => void;

  /** @param take gets each whole frame and its size in bytes */
  constructor(take: (text: string, blocks: Block[], size: number) => void) {
    this.#take = take;
  }

  /** Where the next bytes go. */
  space(): Uint8Array {
    const part = this.#parts[this.#part];
    this.#direct = part !== undefined && this.#from === this.#to && part.length - this.#filled >= MIN_DIRECT_BYTES;
    if (this.#direct) return part!.subarray(this.#filled);
    if (this.#from === this.#to) this.#from = this.#to = 0;
    if (this.#to === STAGE_BYTES) {
      this.#stage.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    return this.#stage.subarray(this.#to);
  }

  /** @throws {ProtocolError} the bytes are no frame */
  filled(count: number): void {
    if (this.#direct) this.#filled += count;
    else this.#to += count;
    while (this.#sizes.length > 0 ? this.#fill() : this.#open());
  }

  /** Whether a frame has begun that has not ended. */
  get midFrame(): boolean {
    return this.#sizes.length > 0 || this.#from !== this.#to;
  }

  /** Reads a header; a small frame that lies in the stage whole is taken at once. False when bytes are missing. */
  #open(): boolean {
    const have = this.#to - this.#from;
    if (have < PREFIX_BYTES) return false;
    const length = readUint32(this.#stage, this.#from);
    const count = readUint32(this.#stage, this.#from + 4);
    if (length > MAX_FRAME_TEXT_BYTES || count > MAX_FRAME_BLOCKS) {
      throw new ProtocolError("Cannot read frame: its header claims more than a frame may hold");
    }
    if (count === 0 && have >= PREFIX_BYTES + length) {
      const at = this.#from + PREFIX_BYTES;
      this.#from = at + length;
      this.#take(decoder.decode(this.#stage.subarray(at, at + length)), [], PREFIX_BYTES + length);
      return true;
    }
    this.#from += PREFIX_BYTES;
    this.#length = length;
    this.#isTable = true;
    this.#expect([8 * count]);
    return true;
  }

  #expect(sizes: number[]): void {
    this.#sizes = sizes;
    this.#parts = [];
    this.#part = 0;
    this.#filled = 0;
  }

  /** The table is there: what it tells of gets its room when its turn comes. */
  #allot(table: Block): void {
    const view = new DataView(table.buffer);
    const sizes = Array.from({ length: table.length / 8 }, (_, at) => view.getFloat64(8 * at, true));
    let total = 0;
    for (const size of sizes) {
      if (!Number.isSafeInteger(size) || size < 0) throw new ProtocolError("Cannot read frame: a block has no length");
      total += size;
    }
    if (total > MAX_FRAME_BLOCK_BYTES) {
      throw new ProtocolError("Cannot read frame: its blocks are larger than a frame may hold");
    }
    this.#isTable = false;
    sizes.unshift(this.#length);
    this.#expect(sizes);
  }

  /** Moves staged bytes into the open parts; true when the frame was completed. */
  #fill(): boolean {
    while (this.#part < this.#sizes.length) {
      const part = this.#parts[this.#part] ??= newPart(this.#sizes[this.#part]!);
      const move = Math.min(part.length - this.#filled, this.#to - this.#from);
      if (move > 0) {
        part.set(this.#stage.subarray(this.#from, this.#from + move), this.#filled);
        this.#from += move;
        this.#filled += move;
      }
      if (this.#filled < part.length) return false;
      this.#part++;
      this.#filled = 0;
      if (this.#isTable) this.#allot(part);
    }
    const [text, ...blocks] = this.#parts as [Block, ...Block[]];
    this.#expect([]);
    const size = blocks.reduce((sum, block) => sum + block.length, PREFIX_BYTES + 8 * blocks.length + text.length);
    if (text.length >= MAX_UNCHECKED_UNITS && isDeep(text)) {
      throw new ProtocolError("Cannot read frame: its text is nested deeper than any value is written");
    }
    this.#take(decoder.decode(text), blocks, size);
    return true;
  }
}

function newPart(size: number): Block {
  if (size >= MIN_NOTED_BYTES) noteLargeMemory(size);
  return new Uint8Array(size);
}

/** Whether a JSON text has more lists in lists than the codec ever writes, which puts deep values flat. */
function isDeep(text: Block): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_CHECKED_DEPTH) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x22: // "
        at = endOfString(text, at + 1);
    }
  }
  return false;
}

/** Where a string ends that began just before. */
function endOfString(text: Block, at: number): number {
  while (at < text.length && text[at] !== 0x22) at += text[at] === 0x5c ? 2 : 1; // a backslash hides what follows
  return at;
}
