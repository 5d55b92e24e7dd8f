import { checkCode, fitted, plain, restored, type Scalar, sum, zeroOf } from "../../src/shared_values/typecode.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { BIGINT_RANGES, NUMBER_RANGES } from "./_fixtures/ranges.ts";

const RANGES: Readonly<Record<string, readonly [Scalar, Scalar]>> = { ...NUMBER_RANGES, ...BIGINT_RANGES };
const CODES = [...Object.keys(RANGES), "f", "d", "?"];

function fit(code: string, value: unknown): Scalar {
  return fitted(code, value, "set value");
}

test("fitted() gives the least and the largest value of every typecode, and throws a RangeError for the next ones beyond", () => {
  for (const [code, [least, largest]] of Object.entries(RANGES)) {
    assertEquals([fit(code, least), fit(code, largest)], [least, largest], code);
    const one = typeof least === "bigint" ? 1n : 1;
    const below = (least as number) - (one as number);
    const above = (largest as number) + (one as number);
    for (const value of [below, above]) {
      assertThrows(() => fit(code, value), RangeError, `is out of the range of typecode ${code}`);
    }
  }
  assertThrows(() => fit("f", 1e39), RangeError);
  for (const code of CODES) assertEquals(fit(code, zeroOf(code)), zeroOf(code), code);
});

test("fitted() throws a TypeError that names the kind when a value is of another", () => {
  const kinds: [codes: string, kind: string, others: unknown[]][] = [
    ["bBhHiIlL", "a whole number", [0.5, NaN, Infinity, 1n, true, "1", null, undefined]],
    ["qQ", "a bigint", [1, true, "1"]],
    ["fd", "a number", [1n, true, "1", {}]],
    ["?", "a boolean", [0, 1, "true", null]],
  ];
  for (const [codes, kind, others] of kinds) {
    for (const code of codes) {
      for (const value of others) assertThrows(() => fit(code, value), TypeError, `is not ${kind}`);
    }
  }
  for (const code of ["", "c", "bb", "toString", 1, null]) {
    assertThrows(
      () => checkCode(code, "make value"),
      TypeError,
      "is no typecode, use one of b B h H i I l L q Q f d ?",
    );
  }
});

test("fitted() rounds to single precision with f, makes 0 of -0 where numbers are whole, and keeps NaN and Infinity with f and d", () => {
  assertEquals([fit("f", 0.1), fit("d", 0.1)], [Math.fround(0.1), 0.1]);
  for (const code of "bBhHiIlL") assertStrictEquals(Object.is(fit(code, -0), 0), true, code);
  for (const code of "fd") {
    assertEquals([fit(code, NaN), fit(code, -Infinity), Object.is(fit(code, -0), -0)], [NaN, -Infinity, true]);
  }
});

test("sum() adds what fits, and throws as fitted() when the sum is out of range, and a TypeError for booleans", () => {
  assertEquals(sum("b", 100, 27, "add"), 127);
  assertEquals(sum("q", 2n ** 62n, -1n, "add"), 2n ** 62n - 1n);
  assertThrows(() => sum("b", 100, 28, "add"), RangeError, "Cannot add: 128 is out of the range of typecode b");
  assertThrows(() => sum("q", 0n, 1, "add"), TypeError, "Cannot add: 1 is not a bigint");
  assertThrows(() => sum("?", true, true, "add"), TypeError, "Cannot add: booleans have no sum");
});

test("plain() makes of every value what JSON has, and restored() gives the value again", () => {
  const values = Object.entries(RANGES).flatMap(([code, range]) => range.map((value) => [code, value] as const));
  const more = [["d", NaN], ["d", Infinity], ["d", -Infinity], ["d", -0], ["d", 0.1], ["f", 1e-45], [
    "?",
    true,
  ]] as const;
  for (const [code, value] of [...values, ...more]) {
    const again = restored(code, JSON.parse(JSON.stringify(plain(value))));
    assertStrictEquals(Object.is(again, value), true, `${code} ${value}`);
  }
});

test("restored() leaves alone what plain() cannot have made", () => {
  for (const data of ["", "1e3", "0x10", "9".repeat(30), "1n"]) assertEquals(restored("q", data), data);
  for (const data of [null, {}, [1], true]) assertEquals(restored("i", data), data);
});

noLeaks();
