import { decode, parsePayload } from "../../src/codec/codec.ts";
import type { Block } from "../../src/codec/graph.ts";

/** The value that a text and its blocks stand for, as a receiver reads it. */
export function decodeText(text: string, blocks: readonly Block[]): unknown {
  return decode(parsePayload(text), blocks);
}
