/**
 * Station: encoding and decoding in one process.
 *
 * @module
 */
import "../mod.ts";
import { decode, encode, parsePayload } from "../src/codec/codec.ts";
import { payloads } from "./payloads.ts";
import { serve } from "./serve.ts";
import { timed } from "./timing.ts";

/** Items of all lists together that are encoded for one reading. */
const ITEMS = 100_000;

function thereAndBack(value: unknown): void {
  const { text, blocks } = encode(value, "value");
  decode(parsePayload(text), blocks);
}

serve({
  /** Nanoseconds for each item of a list of so many. */
  async perItem({ kind, count }: { kind: string; count: number }): Promise<number> {
    const value = payloads(kind, count);
    const times = Math.max(1, ITEMS / count);
    const time = await timed(() => {
      for (let n = 0; n < times; n++) thereAndBack(value);
    });
    return time / times / count * 1e6;
  },
});
