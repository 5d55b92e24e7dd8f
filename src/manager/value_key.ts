/**
 * Equality of what is kept encoded: of keys of a dict, members of a set, and what
 * is looked for in a list. Primitives are equal as `Map` has it, objects by what
 * they hold, since they are copies. Knows no container.
 *
 * @module
 */
import { encode, type Encoded } from "../codec/codec.ts";

/** What the zeros are encoded as. Not at the load: many processes load this and keep nothing. */
let zeros: { minus: string; plus: string } | null = null;

/** A string that is the same for equal values; -0 equals 0. */
export function valueKey({ text, blocks }: Encoded): string {
  zeros ??= { minus: encode(-0, "").text, plus: encode(0, "").text };
  if (text === zeros.minus) return zeros.plus;
  return blocks.length === 0 ? text : [text, ...blocks.map((block) => block.toBase64())].join("\n");
}

/** Encodes a key or a member; -0 as 0, as Map and Set do. */
export function encodeValueKey(value: unknown, what: string): Encoded {
  return encode(Object.is(value, -0) ? 0 : value, what);
}
