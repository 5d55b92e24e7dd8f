/**
 * A value in transit: encoded where it was given, decoded where it is taken, and
 * passed on in between as it came. Knows no object and no connection.
 *
 * @module
 */
import { decode, type Encoded, joinEncoded, parsePayload, type Payload, splitEncoded } from "./codec.ts";
import type { Block } from "./graph.ts";
import type { WrittenHandle } from "./reduction.ts";

export class EncodedValue {
  readonly blocks: readonly Block[];
  /** Empty for what was encoded elsewhere. */
  readonly handles: readonly WrittenHandle[];
  /** It stays where it is and is opened again and again. */
  #stays = false;
  /** Its place among all that were put into the same queue. */
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

  /** What was encoded here. */
  static packed({ text, blocks, handles }: Encoded): EncodedValue {
    return new EncodedValue(text, null, blocks, handles);
  }

  /** What came in a frame: its blocks are `count` of the frame's, from `base` on. */
  static arrived(payload: Payload, blocks: readonly Block[], base: number, count: number): EncodedValue {
    return new EncodedValue(null, payload, count === 0 ? NONE : blocks.slice(base, base + count));
  }

  /** Several as one, whose value is the list of theirs. */
  static list(cargos: readonly EncodedValue[]): EncodedValue {
    const list = EncodedValue.packed(joinEncoded(cargos, "values"));
    list.#stays = true;
    return list;
  }

  /** Those of which this is the list. @throws {ProtocolError} it is none */
  parts(): EncodedValue[] {
    return splitEncoded(this.#payload ?? parsePayload(this.text), this.blocks).map(({ payload, blocks }) =>
      new EncodedValue(null, payload, blocks)
    );
  }

  /** From now on each opening gives a value of its own. */
  stay(): this {
    this.#stays = true;
    void this.text;
    this.#payload = null;
    return this;
  }

  /** JSON text of the payload. */
  get text(): string {
    return this.#text ??= textOfPayload(this.#payload);
  }

  /** The value. Once, unless it stays: what is large is not copied. @throws {ProtocolError} it is malformed */
  open(): unknown {
    const blocks = this.#stays ? this.blocks.map((block) => block.slice()) : this.blocks;
    return decode(this.#payload ?? parsePayload(this.#text!), blocks);
  }
}

const NONE: readonly Block[] = [];
const NO_HANDLES: readonly WrittenHandle[] = [];

/** Who sends what an engine can read and not write harms those who take it with an error, and not those who pass it on. */
function textOfPayload(payload: unknown): string {
  try {
    return JSON.stringify(payload);
  } catch {
    return "[0,0]"; // malformed
  }
}
