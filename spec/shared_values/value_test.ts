import process from "node:process";
import { ConnectError, Pool, Process, Queue, RLock, SharedArray, type Typecode, Value } from "../../mod.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import {
  addAndReturn,
  addOnes,
  holdLock,
  hostValue,
  misfit,
  readAndWrite,
  setTo,
  tellLock,
  tellValue,
  useLocked,
} from "./_fixtures/value_ways.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { BIGINT_RANGES, NUMBER_RANGES } from "./_fixtures/ranges.ts";

type Any = number | bigint | boolean;
/** A value whose typecode is known at run time only. */
const AnyValue = Value as unknown as new (typecode: string, initial?: unknown) => Value<Any>;

const CODES = [...Object.keys(NUMBER_RANGES), ...Object.keys(BIGINT_RANGES), "f", "d", "?"];

test("new Value() holds 0, 0n or false, or what it is given", async () => {
  for (const code of CODES) {
    assertStrictEquals(await new AnyValue(code).get(), code in BIGINT_RANGES ? 0n : code === "?" ? false : 0);
  }
  assertEquals(await Promise.all([new Value("i", 7).get(), new Value<bigint>("q", 7n).get()]), [7, 7n]);
  assertEquals(await Promise.all([new Value("d", -0.5).get(), new Value<boolean>("?", true).get()]), [-0.5, true]);
  for (const [code, value] of [["d", -0], ["d", NaN], ["d", -Infinity], ["Q", 2n ** 64n - 1n]] as const) {
    assertEquals(await new AnyValue(code, value).get(), value);
  }
});

test("new Value() throws a TypeError that lists the typecodes when there is no such one, or the value is of another kind", () => {
  for (const code of ["c", "u", "z", "", "ii", "__proto__", "toString", undefined, null, 5]) {
    assertThrows(() => new AnyValue(code as string), TypeError, CODES.join(" "));
  }
  const wrong = [["i", 1.5], ["i", 1n], ["i", NaN], ["i", true], ["i", "1"], ["i", null], ["q", 1], ["d", 1n], [
    "?",
    1,
  ]];
  for (const [code, value] of wrong) assertThrows(() => new AnyValue(code as string, value), TypeError, String(value));
});

test("new Value() throws a RangeError when the value is out of the typecode's range", () => {
  assertThrows(() => new Value("i", 2 ** 31), RangeError, "2147483648 is out of the range of typecode i");
  assertThrows(() => new Value("B", -1), RangeError);
  assertThrows(() => new Value<bigint>("Q", -1n), RangeError, "-1n");
  assertThrows(() => new Value("f", 1e40), RangeError);
});

test("Value.get() gives what was set last, by whichever process", async () => {
  const value = new Value("i");
  await value.set(5);
  assertEquals(await value.get(), 5);
  assertEquals(await new Process({ target: setTo<number>, args: [value, 6] }).start().join(), 0);
  assertEquals(await value.get(), 6);
  const back = new Queue<unknown>();
  assertEquals(await new Process({ target: tellValue, args: [value, back] }).start().join(), 0);
  assertEquals(await back.get(), ["Value", 6]);
});

test("Value.set() and Value.get() keep the least and the largest value of every typecode, here and in another process", async () => {
  const ends: [string, Any][] = [...Object.entries(NUMBER_RANGES), ...Object.entries(BIGINT_RANGES)]
    .flatMap(([code, [least, largest]]) => [[code, least], [code, largest]] as [string, Any][]);
  ends.push(["d", Number.MAX_VALUE], ["d", -0], ["d", NaN], ["f", -Infinity], ["?", true], ["?", false]);
  await using pool = new Pool(1);
  for (const [code, end] of ends) {
    const value = new AnyValue(code);
    await value.set(end);
    assertEquals(await value.get(), end, code);
    await value.set(code in BIGINT_RANGES ? 0n : code === "?" ? false : 0);
    await pool.apply(setTo<Any>, [value, end]);
    assertEquals(await value.get(), end, code);
  }
});

test("Value.set() rejects with a RangeError what Python would wrap or make infinite, and nothing changes", async () => {
  for (const [code, [least, largest]] of Object.entries(NUMBER_RANGES)) {
    const value = new AnyValue(code, 1);
    for (const wrong of [least - 1, largest + 1, 1e300]) await assertRejects(() => value.set(wrong), RangeError, code);
    assertEquals(await value.get(), 1);
  }
  for (const [code, [least, largest]] of Object.entries(BIGINT_RANGES)) {
    const value = new AnyValue(code, 1n);
    for (const wrong of [least - 1n, largest + 1n]) await assertRejects(() => value.set(wrong), RangeError, code);
    assertEquals(await value.get(), 1n);
  }
  const single = new Value("f", 1);
  await assertRejects(() => single.set(1e39), RangeError);
  assertEquals(await single.get(), 1);
});

test("Value.set() rejects with a TypeError what is of another kind than the typecode, and nothing changes", async () => {
  const wrong: Record<string, unknown[]> = {
    i: [1.5, NaN, Infinity, 1n, "1", true, null, undefined, {}],
    q: [1, "1", null],
    d: [1n, "1", null, undefined],
    "?": [1, 0, null, "true"],
  };
  for (const [code, values] of Object.entries(wrong)) {
    const value = new AnyValue(code);
    const before = await value.get();
    for (const other of values) await assertRejects(() => value.set(other as Any), TypeError, "Cannot set value");
    assertEquals(await value.get(), before);
  }
});

test("Value.set() and Value.get() round to single precision with typecode f, and keep every number with d", async () => {
  const [single, double] = [new Value("f", 0.1), new Value("d", 0.1)];
  assertEquals([await single.get(), await double.get()], [Math.fround(0.1), 0.1]);
  await single.set(1 / 3);
  await double.set(1 / 3);
  assertEquals([await single.get(), await double.get()], [Math.fround(1 / 3), 1 / 3]);
});

test("Value.add() gives the sum", async () => {
  const sums = [new Value("i", 5).add(-7), new Value("d", 0.5).add(0.25), new Value("I", 5).add(-5)];
  assertEquals(await Promise.all(sums), [-2, 0.75, 0]);
  const big = new Value<bigint>("Q", 2n ** 63n);
  assertEquals([await big.add(1n), await big.get()], [2n ** 63n + 1n, 2n ** 63n + 1n]);
  assertEquals(await new Value("f", 0.1).add(0.2), Math.fround(Math.fround(0.1) + 0.2));
});

test("Value.add() loses nothing when many processes add at the same time, and no sum is given twice", async () => {
  const value = new Value("i");
  const children = Array.from({ length: 4 }, () => new Process({ target: addOnes, args: [value, 500] }).start());
  const sums: number[] = [];
  for (let n = 0; n < 500; n++) sums.push(await value.add(1));
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals([await value.get(), new Set(sums).size], [2_500, 500]);
  assertEquals(sums, sums.toSorted((a, b) => a - b));
});

test("Value.add() that a child does not await is done when it has ended", async () => {
  const value = new Value("i");
  for (const times of [1, 5_000]) {
    await value.set(0);
    assertEquals(await new Process({ target: addAndReturn, args: [value, times] }).start().join(), 0);
    assertEquals(await value.get(), times);
  }
});

test("Value.add() rejects with a RangeError when the sum is out of range, and with a TypeError what has no sum", async () => {
  const small = new Value("b", 120);
  await assertRejects(() => small.add(8), RangeError, "Cannot add to value: 128 is out of the range of typecode b");
  assertEquals(await small.get(), 120);
  assertEquals(await small.add(7), 127);
  for (const wrong of [1.5, 1n, "1", null, undefined]) await assertRejects(() => small.add(wrong as number), TypeError);
  await assertRejects(() => new Value("l", Number.MAX_SAFE_INTEGER).add(1), RangeError);
  await assertRejects(() => new Value<bigint>("q", 2n ** 63n - 1n).add(1n), RangeError);
  await assertRejects(() => new AnyValue("?", true).add(true), TypeError, "booleans have no sum");
});

test("Value.getLock() gives an RLock, the same one at each call and in each process", async () => {
  const value = new Value("i");
  const back = new Queue<unknown>();
  const lock = value.getLock();
  assertStrictEquals(value.getLock(), lock);
  assert(lock instanceof RLock && new Value("i").getLock() !== lock);
  assertEquals(await new Process({ target: tellLock, args: [value, lock, back] }).start().join(), 0);
  assertEquals(await back.get(), [true, "RLock", false]);
  assertStrictEquals((await back.get() as unknown[])[0], lock);
});

test("Value.getLock() keeps out who acquires it as well: several processes that read and write lose nothing", async () => {
  const value = new Value("i");
  const children = [1, 2, 3].map(() => new Process({ target: readAndWrite, args: [value, 50] }).start());
  await readAndWrite(value, 50);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await value.get(), 200);
});

test("Value.getLock() can be acquired again by the process that holds it, and get(), set() and add() wait for nobody", async () => {
  const value = new Value("i");
  const back = new Queue<unknown>();
  const lock = value.getLock();
  assertEquals([await lock.acquire(), await lock.acquire({ timeout: 1_000 }), await lock.locked()], [true, true, true]);
  assertEquals(await new Process({ target: useLocked, args: [value, back] }).start().join(), 0);
  assertEquals([await back.get(), await value.get()], [[0, 7, false], 7]);
  await lock.release();
  assertEquals(await lock.locked(), true);
  await lock.release();
  assertEquals(await lock.locked(), false);
});

test("Value.getLock() is free again when the process that held it was killed", async () => {
  const value = new Value("i");
  const child = new Process({ target: holdLock, args: [value] }).start();
  await until(async () => await value.get() === 1, "the child holds it");
  assertEquals(await value.getLock().acquire({ timeout: 0 }), false);
  process.kill(child.pid!, "SIGKILL");
  {
    await using held = await value.getLock().hold();
    assertEquals(held.abandoned, true);
  }
  assertEquals(await child.join(), -9);
});

test("Value arrives as a Value in arguments, queues, pools and Maps, and as the owner's own object at its owner", async () => {
  const value = new Value("h", 3);
  const queue = new Queue<unknown>();
  await queue.put(new Map([["value", value]]));
  assertStrictEquals((await queue.get() as Map<string, unknown>).get("value"), value);
  await using pool = new Pool(1);
  await pool.apply(tellValue, [value, queue]);
  assertEquals(await queue.get(), ["Value", 3]);
  await pool.apply(addOnes, [value, 4]);
  assertEquals(await value.get(), 7);
});

test("Value rejects with ConnectError when its process is gone", async () => {
  const ways = new Queue<Value>();
  const child = new Process({ target: hostValue, args: [ways] }).start();
  const theirs = await ways.get();
  assertEquals([await theirs.add(5), await theirs.get()], [5, 5]);
  process.kill(child.pid!, "SIGKILL");
  assertEquals(await child.join(), -9);
  for (const act of [() => theirs.get(), () => theirs.set(1), () => theirs.add(1)]) {
    await assertRejects(act, ConnectError);
  }
});

test("Value that was made before fork() is the parent's own in the child: set() is not done again, get() and add() are a ForkError that says snapshot()", async () => {
  const { code, stdout, stderr } = await run("shared_values/_programs/value_fork.ts");
  assertEquals([code, stderr], [0, ""]);
  const { child, parent } = told(stdout);
  const unknown = "on the way to a fork: what it gave the parent is not known here, put it inside snapshot()";
  assertEquals(child, [[
    [`ForkError: Cannot get value ${unknown}`, `ForkError: Cannot add to value ${unknown}`],
    [`ForkError: Cannot get item of shared array ${unknown}`, `ForkError: Cannot slice shared array ${unknown}`],
    3,
    [7, 9],
  ]]);
  assertEquals(parent, [[[5, 15], [7, [7, 0]], 3, 115, [7, 9]]]);
});

test("Value refuses values that do not fit in another process as it does here", async () => {
  const value = new Value("i", 1);
  const array = new SharedArray("B", [1]);
  const back = new Queue<unknown>();
  assertEquals(await new Process({ target: misfit, args: [value, array, back] }).start().join(), 0);
  const names: unknown[] = [];
  while (!await back.empty()) names.push(await back.get());
  assertEquals(names, Array(4).fill("RangeError"));
  assertEquals([await value.get(), await array.get(0)], [1, 1]);
  const code: Typecode = "i";
  assert(code === "i");
});

noLeaks();
