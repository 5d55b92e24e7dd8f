/**
 * A value in transit: encoded where it was given, decoded where it is taken, and
 * passed on in between as it came. Knows no object and no connection.
 *
 * @module
 */
import { decode, type Encoded, type Payload } from "../codec.ts";
import type { Block } from "../graph.ts";

export class Cargo {
  readonly blocks: readonly Block[];
  /** Its place among all that were put into the same queue. */
  number = 0;
  #text: string | null;
  #payload: Payload | null;

  private constructor(text: string | null, payload: Payload | null, blocks: readonly Block[]) {
    this.#text = text;
    this.#payload = payload;
    this.blocks = blocks;
  }

  /** What was encoded here. */
  static packed({ text, blocks }: Encoded): Cargo {
    return new Cargo(text, null, blocks);
  }

  /** What came in a frame: its blocks are `count` of the frame's, from `base` on. */
  static arrived(payload: Payload, blocks: readonly Block[], base: number, count: number): Cargo {
    return new Cargo(null, payload, count === 0 ? NONE : blocks.slice(base, base + count));
  }

  /** JSON text of the payload. */
  get text(): string {
    return this.#text ??= JSON.stringify(this.#payload);
  }

  /** The value. Once: what is large is not copied. @throws {ProtocolError} it is malformed */
  open(): unknown {
    return decode(this.#payload ?? JSON.parse(this.#text!), this.blocks);
  }
}

const NONE: readonly Block[] = [];
