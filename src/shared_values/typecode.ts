/**
 * What a `Value` or a `SharedArray` may hold, by the one-letter codes of Python's
 * `array` and `ctypes`. Knows no shared object.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";

/** What a shared value can be. */
export type Scalar = number | bigint | boolean;

/**
 * Codes of what a `Value` or a `SharedArray` holds.
 *
 * Whole numbers: `b`, `B` of 8 bits, `h`, `H` of 16, `i`, `I` of 32, `l`, `L` as
 * far as a number is exact (2 ** 53 - 1), small letters with a sign. `q`, `Q`:
 * bigints of 64 bits. `f`: numbers of single precision, `d`: any number. `?`:
 * booleans.
 */
export type Typecode = "b" | "B" | "h" | "H" | "i" | "I" | "l" | "L" | "f" | "d" | "q" | "Q" | "?";

/** Codes of what is of this type. */
export type TypecodeOf<T extends Scalar> = T extends bigint ? "q" | "Q" : T extends boolean ? "?"
: Exclude<Typecode, "q" | "Q" | "?">;

/**
 * What a code holds.
 *
 * The first question seems to say nothing new. It lets the compiler see that `number` suits a code that is not known
 * yet, so that `T extends ScalarOf<C> = number` can be written: `new Value("q")` holds bigints then, and `Value` alone
 * is one of numbers.
 */
export type ScalarOf<C extends Typecode> = IsNumberCode<C> extends false
  ? C extends "q" | "Q" ? bigint : C extends "?" ? boolean : number
  : number;

/** Whether a code holds numbers only. Asked of an object, since a conditional type asks a union for each member. */
export type IsNumberCode<C extends Typecode> = { code: C } extends { code: TypecodeOf<number> } ? true : false;

/** Least and largest whole numbers. */
const WHOLE: Readonly<Record<string, readonly [number, number]>> = {
  b: [-(2 ** 7), 2 ** 7 - 1],
  B: [0, 2 ** 8 - 1],
  h: [-(2 ** 15), 2 ** 15 - 1],
  H: [0, 2 ** 16 - 1],
  i: [-(2 ** 31), 2 ** 31 - 1],
  I: [0, 2 ** 32 - 1],
  l: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  L: [0, Number.MAX_SAFE_INTEGER],
};

const BIG: Readonly<Record<string, readonly [bigint, bigint]>> = {
  q: [-(2n ** 63n), 2n ** 63n - 1n],
  Q: [0n, 2n ** 64n - 1n],
};

const CODES = [...Object.keys(WHOLE), ...Object.keys(BIG), "f", "d", "?"];

/** Checks a code. @throws {TypeError} there is no such code */
export function checkCode(code: unknown, act: string): asserts code is Typecode {
  if (CODES.includes(code as string)) return;
  throw typeError(`Cannot ${act}: ${JSON.stringify(code)} is no typecode, use one of ${CODES.join(" ")}`);
}

/** What a code holds at first. */
export function zeroOf(code: string): Scalar {
  return code in BIG ? 0n : code === "?" ? false : 0;
}

/**
 * The value as it is held under a code. What Python would wrap or cut is refused: a wrong number is worse than none.
 *
 * @throws {TypeError} it is of another kind
 * @throws {RangeError} it is too small or too large
 */
export function fitted(code: string, value: unknown, act: string): Scalar {
  if (!isOfKind(code, value)) throw typeError(`Cannot ${act}: ${text(value)} is not ${KINDS[kindOfCode(code)]}`);
  if (typeof value === "boolean") return value;
  const [least, largest] = WHOLE[code] ?? BIG[code] ?? [-Infinity, Infinity];
  const held = code === "f" ? Math.fround(value as number) : value;
  const isLost = code === "f" && !Number.isFinite(held) && Number.isFinite(value);
  if (held < least || held > largest || isLost) {
    throw rangeError(`Cannot ${act}: ${text(value)} is out of the range of typecode ${code}`);
  }
  return code in WHOLE && held === 0 ? 0 : held; // whole numbers know no -0
}

/** The sum of what is held and what is added, as it is held. @throws {TypeError | RangeError} as {@linkcode fitted} */
export function sum(code: string, held: Scalar, added: unknown, act: string): Scalar {
  if (code === "?") throw typeError(`Cannot ${act}: booleans have no sum`);
  if (!isOfKind(code, added)) throw typeError(`Cannot ${act}: ${text(added)} is not ${KINDS[kindOfCode(code)]}`);
  const total = typeof held === "bigint" ? held + (added as bigint) : (held as number) + (added as number);
  return fitted(code, total, act);
}

/** As data that JSON has. */
export function plain(value: Scalar): string | number | boolean {
  return typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0) || typeof value === "boolean"
    ? value
    : Object.is(value, -0)
    ? "-0"
    : String(value);
}

/** The value of which {@linkcode plain} made data. What it cannot have made stays as it is. */
export function restored(code: string, data: unknown): unknown {
  if (typeof data !== "string") return data;
  if (!(code in BIG)) return Number(data);
  return /^-?\d{1,20}$/.test(data) ? BigInt(data) : data;
}

const KINDS = { whole: "a whole number", big: "a bigint", number: "a number", boolean: "a boolean" };

function kindOfCode(code: string): keyof typeof KINDS {
  return code in WHOLE ? "whole" : code in BIG ? "big" : code === "?" ? "boolean" : "number";
}

function isOfKind(code: string, value: unknown): value is Scalar {
  switch (kindOfCode(code)) {
    case "whole":
      return Number.isInteger(value);
    case "big":
      return typeof value === "bigint";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
  }
}

function text(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : typeof value === "string" ? JSON.stringify(value) : String(value);
}
