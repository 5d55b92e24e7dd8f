import { encode } from "../../src/codec/codec.ts";
import { assert } from "../_support/assert.ts";
import { assertEquals } from "../_support/assert.ts";
import { decodeText } from "../_support/decode_text.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { roundTrip } from "../codec/_fixtures/encoding.ts";
import { RandomValues } from "../codec/_fixtures/random_values.ts";
import { differenceOf } from "../codec/_fixtures/same_value.ts";

test("encode() and decode() give of each of many random values an equal one", () => {
  for (let seed = 1_000; seed < 6_000; seed++) {
    const value = new RandomValues(seed).value(5);
    assertEquals(differenceOf(value, roundTrip(value)), null, `seed ${seed}`);
  }
}, { limit: 300_000 });

test("encode() and decode() take half a million parts of any kind in a few seconds", () => {
  const count = 500_000;
  const chain = (next: (inner: unknown) => unknown) => {
    let value: unknown = null;
    for (let n = 0; n < count; n++) value = next(value);
    return value;
  };
  const made: Record<string, () => unknown> = {
    arrays: () => chain((inner) => [inner]),
    objects: () => chain((inner) => ({ inner, u: undefined })),
    maps: () => chain((inner) => new Map([[inner, inner]])),
    dates: () => Array.from({ length: count }, (_, n) => new Date(n)),
    shared: () => new Array(count).fill({ u: undefined }),
    causes: () => chain((inner) => new Error("m", { cause: inner })),
    properties: () => chain((inner) => Object.assign(new Error("m"), { inner: { inner } })),
    bigint: () => 1n << 3_000_000n,
  };
  for (const [name, make] of Object.entries(made)) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const value = make();
    Error.stackTraceLimit = stackTraceLimit;
    const start = performance.now();
    const { text, blocks } = encode(value, "value");
    decodeText(text, blocks);
    // In quadratic time each would take hours.
    assert(performance.now() - start < 25_000, name);
  }
}, { limit: 120_000 });

noLeaks();
