import "../../mod.ts";
import { borrowBuffer, returnBuffers } from "../../src/codec/buffer_pool.ts";
import { assert, assertEquals, assertStrictEquals } from "../_support/assert.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MIB = 2 ** 20;

test("borrowBuffer() gives a buffer that was returned again when it is at most twice as large as what is asked for, and else new memory", () => {
  const large = borrowBuffer(10 * MIB);
  returnBuffers([large]);
  const small = borrowBuffer(5 * MIB - 1);
  assert(small.buffer !== large.buffer);
  const half = borrowBuffer(5 * MIB);
  assertStrictEquals(half.buffer, large.buffer);
  assertEquals([half.length, half.buffer.byteLength], [5 * MIB, 10 * MIB]);
  assert(borrowBuffer(5 * MIB).buffer !== large.buffer); // it is in use
  returnBuffers([half]);
  assert(borrowBuffer(10 * MIB + 1).buffer !== large.buffer);
  assertStrictEquals(borrowBuffer(10 * MIB).buffer, large.buffer);
});

test("borrowBuffer() gives new memory for less than a MiB", () => {
  const small = borrowBuffer(MIB - 1);
  returnBuffers([small]);
  assert(borrowBuffer(MIB - 1).buffer !== small.buffer);
});

test("returnBuffers() takes no buffer that was not borrowed, or was returned before, and keeps no more than 128 MiB", () => {
  const foreign = new Uint8Array(3 * MIB);
  returnBuffers([foreign]);
  assert(borrowBuffer(3 * MIB).buffer !== foreign.buffer);
  const lent = borrowBuffer(40 * MIB);
  returnBuffers([lent]);
  returnBuffers([lent]);
  const [one, other] = [borrowBuffer(40 * MIB), borrowBuffer(40 * MIB)];
  assertStrictEquals(one.buffer, lent.buffer);
  assert(other.buffer !== lent.buffer);
  const many = [one, other, borrowBuffer(40 * MIB), borrowBuffer(40 * MIB)];
  returnBuffers(many);
  const again = new Set(numbers(4).map(() => borrowBuffer(40 * MIB).buffer));
  assert(many.filter(({ buffer }) => again.has(buffer)).length <= 3);
  assertEquals(many.filter(({ buffer }) => again.has(buffer)).includes(many[3]!), true); // the latest are kept
});

noLeaks();
