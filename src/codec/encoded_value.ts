/**
 * An encoded value on its way from one process to another: the sender encodes it,
 * the receiver decodes it, and a process between them passes it on as it came.
 * Knows no object and no connection.
 *
 * @module
 */
import { decode, type Encoded, joinEncoded, parsePayload, type Payload, splitEncoded } from "./codec.ts";
import type { Block } from "./graph.ts";
import type { WrittenHandle } from "./reduction.ts";

export class EncodedValue {
  readonly blocks: readonly Block[];
  /** The shared objects in it; empty for a value that another process encoded. */
  readonly handles: readonly WrittenHandle[];
  /** Whether it is decoded more than once, so that each decoded value needs memory of its own. */
  #isKept = false;
  /** Its place among the items of a queue, in the order in which they were put. */
  number = 0;
  #text: string | null;
  #payload: Payload | null;

  private constructor(
    text: string | null,
    payload: Payload | null,
    blocks: readonly Block[],
    handles: readonly WrittenHandle[] = NO_HANDLES,
  ) {
    this.#text = text;
    this.#payload = payload;
    this.blocks = blocks;
    this.handles = handles;
  }

  /** A value that this process has encoded. */
  static packed({ text, blocks, handles }: Encoded): EncodedValue {
    return new EncodedValue(text, null, blocks, handles);
  }

  /** A value that came in a frame: its blocks are `count` of the frame's, from `base` on. */
  static arrived(payload: Payload, blocks: readonly Block[], base: number, count: number): EncodedValue {
    return new EncodedValue(null, payload, count === 0 ? NONE : blocks.slice(base, base + count));
  }

  /** Several values as one: the list of them. */
  static list(values: readonly EncodedValue[]): EncodedValue {
    const list = EncodedValue.packed(joinEncoded(values, "values"));
    list.#isKept = true;
    return list;
  }

  /** The values of which this is the list. @throws {ProtocolError} it is no list */
  parts(): EncodedValue[] {
    return splitEncoded(this.#payload ?? parsePayload(this.text), this.blocks).map(({ payload, blocks }) =>
      new EncodedValue(null, payload, blocks)
    );
  }

  /** It is decoded more than once from now on: each call of `decode()` gives another value. */
  keep(): this {
    this.#isKept = true;
    void this.text;
    this.#payload = null;
    return this;
  }

  /** JSON text of the payload. */
  get text(): string {
    return this.#text ??= textOfPayload(this.#payload);
  }

  /**
   * The value. Only once, unless it is kept: a large array is not copied, but is the memory that came.
   *
   * @throws {ProtocolError} it is malformed
   */
  decode(): unknown {
    const blocks = this.#isKept ? this.blocks.map((block) => block.slice()) : this.blocks;
    return decode(this.#payload ?? parsePayload(this.#text!), blocks);
  }
}

const NONE: readonly Block[] = [];
const NO_HANDLES: readonly WrittenHandle[] = [];

/**
 * A sender may send JSON that an engine can read and cannot write, such as a very deep one. The process that passes it on
 * must not fail for that, but only the receiver: it gets a malformed value in its place.
 */
function textOfPayload(payload: unknown): string {
  try {
    return JSON.stringify(payload);
  } catch {
    return "[0,0]"; // malformed
  }
}
