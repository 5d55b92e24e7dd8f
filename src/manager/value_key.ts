/**
 * Equality of what is kept encoded: of keys of a dict, members of a set, and what
 * is looked for in a list. Primitives are equal as `Map` has it, objects by what
 * they hold, since they are copies. Knows no container.
 *
 * @module
 */
import { encode, type Encoded } from "../codec/codec.ts";

const MINUS_ZERO = encode(-0, "").text;
const ZERO = encode(0, "").text;

/** A string that is the same for equal values; -0 equals 0. */
export function valueKey({ text, blocks }: Encoded): string {
  if (text === MINUS_ZERO) return ZERO;
  return blocks.length === 0 ? text : [text, ...blocks.map((block) => block.toBase64())].join("\n");
}

/** Encodes a key or a member; -0 as 0, as Map and Set do. */
export function encodeValueKey(value: unknown, what: string): Encoded {
  return encode(Object.is(value, -0) ? 0 : value, what);
}
