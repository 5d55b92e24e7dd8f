import { Buffer } from "node:buffer";
import { encode } from "../../src/codec/codec.ts";
import { VECTORS } from "../_support/vectors.ts";
import { assert, assertEquals, assertStrictEquals } from "../_support/assert.ts";
import { decodeText } from "../_support/decode_text.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { roundTrip } from "./_fixtures/encoding.ts";
import { RandomValues } from "./_fixtures/random_values.ts";
import { differenceOf } from "./_fixtures/same_value.ts";

test("encode() gives for every vector its text and its blocks, byte for byte", () => {
  for (const { name, value, text, blocks } of VECTORS) {
    const encoded = encode(value(), "value");
    assertEquals(encoded.text, text, name);
    assertEquals(encoded.blocks.map((block) => block.toHex()), blocks, name);
  }
  assert(VECTORS.length > 60);
});

test("encode() copies: later changes of value and buffers do not show", () => {
  const value = { list: [1], bytes: Uint8Array.of(1), numbers: new Array(100).fill(1) };
  const { text, blocks } = encode(value, "value");
  value.list.push(2);
  value.bytes[0] = 9;
  value.numbers[0] = 9;
  assertEquals(decodeText(text, blocks), { list: [1], bytes: Uint8Array.of(1), numbers: new Array(100).fill(1) });
});

test("encode() sends only the viewed part of a view", () => {
  const { blocks } = encode(new Float64Array(new ArrayBuffer(1_000_000), 800, 2), "value");
  assertEquals(blocks.map((block) => block.length), [16]);
});

test("encode() sends a Node Buffer as a Uint8Array", () => {
  const given = roundTrip(Buffer.from("añ"));
  assertEquals(Object.getPrototypeOf(given), Uint8Array.prototype);
  assertEquals(new TextDecoder().decode(given as Uint8Array), "añ");
});

test("encode() sends an instance of a class as a plain object of its own enumerable fields, as structuredClone does", () => {
  class Account {
    #secret = 1;
    owner = "ann";
    static bank = "b";
    get secret(): number {
      return this.#secret;
    }
  }
  const given = roundTrip({ account: new Account() }) as { account: object };
  assertEquals(given, { account: { owner: "ann" } });
  assertEquals(Object.getPrototypeOf(given.account), Object.prototype);
  assertEquals(given, structuredClone({ account: new Account() }) as unknown);
});

test("encode() reads a getter's value and leaves out what is not enumerable or has a symbol as its key", () => {
  const value = Object.defineProperty(
    {
      get now() {
        return 5;
      },
      [Symbol("s")]: 1,
    },
    "hidden",
    { value: 1 },
  );
  assertEquals(roundTrip(value), { now: 5 });
  assertEquals(roundTrip([undefined, value]), [undefined, { now: 5 }]);
});

test("encode() sends the named properties of an array of up to 1 024 items, and all items of one that lacks many", () => {
  for (const item of [1, "a", { a: 1 }, undefined]) {
    const array = Object.assign(new Array(1_024).fill(item), { named: 5 });
    assertEquals(Object.entries(roundTrip(array) as object), Object.entries(array));
  }
  for (const length of [10, 1_000, 3_000, 2 ** 32 - 1]) {
    const array = Object.assign(new Array(length), { 3: "x", [length - 1]: { y: undefined } });
    const given = roundTrip(array) as unknown[];
    assertEquals([given.length, Object.entries(given)], [length, Object.entries(array)]);
  }
});

test("encode() sends what an object holds, whatever method toJSON() it hides", () => {
  const hide = <T extends object>(value: T) => Object.defineProperty(value, "toJSON", { value: () => "hidden" });
  const list = hide([1, "a"]);
  const value = { object: hide({ a: 1 }), list, rows: Array.from({ length: 300 }, (_, id) => hide({ id })) };
  assertEquals(roundTrip(value), {
    object: { a: 1 },
    list: [1, "a"],
    rows: Array.from({ length: 300 }, (_, id) => ({ id })),
  });
  assertEquals(roundTrip(list), [1, "a"]);
});

test("encode() keeps parts shared that were shared, and cycles closed", () => {
  const part = { n: 1 };
  const view = Uint8Array.of(1);
  const value: Record<string, unknown> = { a: part, b: [part, new Map([[part, part]])], views: [view, view] };
  value.self = value;
  const given = roundTrip(value) as { a: object; b: [object, Map<object, object>]; views: object[]; self: object };
  assertStrictEquals(given.self, given);
  assertStrictEquals(given.b[0], given.a);
  assertEquals([...given.b[1]][0]!.every((one) => one === given.a), true);
  assertStrictEquals(given.views[0], given.views[1]);
});

test("encode() keeps values of Temporal with their calendar and time zone, where the runtime has it", () => {
  // deno-lint-ignore no-explicit-any
  const { Temporal } = globalThis as any;
  if (Temporal === undefined) return;
  const made = [
    Temporal.PlainDate.from("2026-03-01[u-ca=japanese]"),
    Temporal.PlainDateTime.from("2026-03-01T01:02:03.000000004"),
    Temporal.PlainTime.from("01:02:03.5"),
    Temporal.PlainYearMonth.from("2026-03"),
    Temporal.PlainMonthDay.from("02-29"),
    Temporal.Instant.from("2026-03-01T00:00:00.000000001Z"),
    Temporal.ZonedDateTime.from("1883-11-18T12:00:00.5-05:00[America/New_York][u-ca=hebrew]"),
    Temporal.Duration.from({ hours: 1, milliseconds: 1_500, nanoseconds: 3 }),
  ];
  const given = roundTrip({ made, again: made[0] }) as { made: { constructor: unknown }[]; again: object };
  assertEquals(given.made.map(String), made.map(String));
  assertEquals(given.made.map((value) => value.constructor), made.map((value) => value.constructor));
  assertEquals((given.made.at(-1) as unknown as { milliseconds: number }).milliseconds, 1_500);
  assertStrictEquals(given.again, given.made[0]!);
});

test("encode() and decode() give of any value of many kinds an equal one, with keys in the same order, and with the same holes and shared parts", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const value = new RandomValues(seed).value();
    assertEquals(differenceOf(value, roundTrip(value)), null, `seed ${seed}`);
  }
});

test("encode() takes values of any depth", () => {
  let list: unknown[] = [];
  for (let n = 0; n < 100_000; n++) list = [list];
  let given = roundTrip(list) as unknown[];
  let depth = 0;
  while (given.length > 0) {
    given = given[0] as unknown[];
    depth++;
  }
  assertEquals(depth, 100_000);
  let error = new Error("0");
  for (let n = 1; n < 1_000; n++) error = new Error(`${n}`, { cause: error });
  let last = roundTrip(error) as Error;
  while (last.cause !== undefined) last = last.cause as Error;
  assertEquals(last.message, "0");
});

test("encode() takes values of any width", () => {
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n % 3 ? n : undefined]));
  assertEquals(roundTrip(wide), wide);
  const map = new Map(Array.from({ length: 100_000 }, (_, n) => [n, { n }]));
  assertEquals((roundTrip(map) as typeof map).get(99_999), { n: 99_999 });
});

noLeaks();
