import { type AsyncResult, Pool } from "../../mod.ts";
import { identity } from "../_support/arithmetic.ts";
import { blockFor } from "../_support/blocking.ts";
import { externalBytes, looked, numbered, restless } from "./_fixtures/bytes.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LENGTH = 2 ** 18;
const ROUNDS = 12;
/** Milliseconds. */
const HELD = 150;

function isAll(given: ArrayLike<number>, value: number): boolean {
  for (let at = 0; at < given.length; at++) if (given[at] !== value) return false;
  return true;
}

test(
  "Pool.applyAsync() sends a large array as it is at each call, when it is changed and sent again and again",
  async () => {
    await using pool = new Pool(2);
    const array = new Float64Array(LENGTH);
    for (let pass = 0; pass < 3; pass++) {
      for (let worker = 0; worker < 2; worker++) pool.applyAsync(blockFor, [HELD]); // what follows waits on its way
      const results: AsyncResult<number[]>[] = [];
      for (let n = 0; n < ROUNDS; n++) {
        results.push(pool.applyAsync(looked, [array.fill(n), 0]));
        await delay(1);
      }
      array.fill(-1);
      assertEquals(await Promise.all(results), Array.from({ length: ROUNDS }, (_, n) => [n, n, n]));
    }
  },
);

test("Pool.applyAsync() gives each large value memory of its own, which later tasks do not change", async () => {
  await using pool = new Pool(1);
  const array = new Float64Array(LENGTH);
  const values: Float64Array[] = [];
  for (let n = 0; n < ROUNDS; n++) values.push(await pool.apply(identity<Float64Array>, [array.fill(n)]));
  assertEquals(new Set(values.map(({ buffer }) => buffer)).size, ROUNDS);
  for (const [n, value] of values.entries()) {
    assertEquals([value.length, value.buffer.byteLength], [LENGTH, 8 * LENGTH]);
    assert(isAll(value, n), `value ${n} was changed`);
  }
});

test("Pool.applyAsync() sends large arrays of all sizes and kinds in turns, each as it is", async () => {
  await using pool = new Pool(2);
  const sizes = [2 ** 21, 2 ** 20, 3 * 2 ** 19, 2 ** 20 - 8, 2 ** 20 + 24, 8];
  for (let pass = 0; pass < 2; pass++) {
    const values = sizes.flatMap((size, at) => {
      const value = 10 * pass + at;
      return [
        new Float64Array(size / 8).fill(value),
        new Uint8Array(size).fill(value),
        new Uint8Array(size).fill(value).buffer,
        new Array<number>(size / 8).fill(value),
      ];
    });
    const given = await Promise.all(values.map((value) => pool.applyAsync(identity<unknown>, [value])));
    for (const [at, value] of values.entries()) {
      const [sent, got] = [value, given[at]].map((all) => all instanceof ArrayBuffer ? new Uint8Array(all) : all);
      const { length } = got as ArrayLike<number>;
      assertEquals([(got as object).constructor, length], [sent!.constructor, (sent as ArrayLike<number>).length]);
      assert(isAll(got as ArrayLike<number>, (sent as ArrayLike<number>)[0]!), `value ${at} is another`);
    }
  }
});

test("Pool.applyAsync() sends a large array as it is when tasks before it were cancelled on their way", async () => {
  await using pool = new Pool(1);
  const array = new Float64Array(LENGTH);
  for (let pass = 0; pass < 3; pass++) {
    const given = new AbortController();
    const results = Array.from(
      { length: ROUNDS },
      (_, n) => pool.applyAsync(looked, [array.fill(n), 0], n % 3 === 0 ? { signal: given.signal } : {}),
    );
    given.abort(new RangeError("given up"));
    for (const [n, result] of results.entries()) {
      if (n % 3 === 0) await assertRejects(() => Promise.resolve(result), RangeError, "given up");
      else assertEquals(await result, [n, n, n]);
    }
  }
});

test(
  "Pool.applyAsync() leaves in a worker that has small tasks nothing of the memory that a large array took",
  async () => {
    await using pool = new Pool(1);
    const before = await pool.apply(externalBytes);
    const array = new Float64Array(2 ** 23).fill(1);
    assert(await pool.apply(externalBytes, [array]) >= before + 2 ** 26); // while it is there
    await pool.apply(identity<Float64Array>, [array]);
    let left = Infinity;
    for (let seconds = 0; seconds < 40 && left >= 2 ** 22; seconds++) {
      await delay(1_000);
      left = await pool.apply(externalBytes) - before;
    }
    assert(left < 2 ** 22, `${left} bytes`);
  },
);

test(
  "Pool.broadcast() sends a large array to every worker as it was at the call, when tasks with others follow at once",
  async () => {
    await using pool = new Pool(2);
    const array = new Float64Array(LENGTH);
    await pool.apply(looked, [array, 0]); // what it lay in is there to be used again
    for (let n = 1; n < 6; n++) {
      pool.applyAsync(blockFor, [HELD]); // one of them gets what follows late
      await delay(1);
      const seen = pool.broadcast(looked, [array.fill(n), 0]);
      assertEquals(await pool.apply(looked, [array.fill(-n), 0]), [-n, -n, -n]); // the other one has answered both
      const others = Array.from({ length: 4 }, () => pool.applyAsync(looked, [array, 0]));
      assertEquals(await Promise.all(others), Array.from({ length: 4 }, () => [-n, -n, -n]));
      assertEquals(await seen, [[n, n, n], [n, n, n]]);
    }
  },
);

test(
  "Pool.broadcast() gives large values as they were when their tasks ended, when the workers go on changing them",
  async () => {
    await using pool = new Pool(2);
    await pool.broadcast(numbered, [0]);
    for (const task of [numbered, restless]) {
      const results = Array.from({ length: ROUNDS }, (_, n) => pool.broadcast(task, [n]));
      await delay(1);
      blockFor(HELD); // what is given meanwhile waits on its way
      for (const [n, values] of (await Promise.all(results)).entries()) {
        for (const value of values) assert(isAll(value, n), `value ${n} is another`);
      }
    }
  },
);

noLeaks();
