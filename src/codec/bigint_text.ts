/**
 * Bigints as text: decimal digits, and hexadecimal ones where there are very many,
 * since decimal ones take engines quadratic time.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";

/** A bigint of more hexadecimal digits than this is written as those. */
const LONG_BIGINT_DIGITS = 1_024;

export function writeBigint(value: bigint): string {
  if (BigInt.asIntN(64, value) === value) return String(value);
  const digits = value.toString(16);
  if (digits.length <= LONG_BIGINT_DIGITS) return String(value);
  return value < 0n ? `-0x${digits.slice(1)}` : `0x${digits}`;
}

/** @throws {ProtocolError} no writer writes it so @throws {SyntaxError} it is no number */
export function readBigint(text: string): bigint {
  if (text.startsWith("-0x")) return -BigInt(text.slice(1));
  if (text.length <= 2 * LONG_BIGINT_DIGITS || text.startsWith("0x")) return BigInt(text);
  throw new ProtocolError("Cannot decode value: a bigint has too many decimal digits");
}
