import { outcomeOf } from "./_fixtures/outcomes.ts";
import { ClosedError, Pool, PoolTerminatedError, SerializationError, WorkerLostError } from "../../mod.ts";
import { identity, square } from "../_support/arithmetic.ts";
import { squareUnlessTens } from "./_fixtures/failing.ts";
import { killOnSeven } from "../_support/dying.ts";
import { mark } from "../_support/scratch.ts";
import { holdEither, sleep } from "../_support/waiting.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { scratch } from "../_support/folder.ts";

import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

const TWENTY = Array.from({ length: 20 }, (_, n) => n + 1);

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** Numbers without end, that count how many were drawn and whether they were closed. */
function endless(): { drawn: number; closed: boolean; numbers: Generator<number> } {
  const state = { drawn: 0, closed: false, numbers: undefined as never as Generator<number> };
  state.numbers = (function* () {
    try {
      for (;;) yield ++state.drawn;
    } finally {
      state.closed = true;
    }
  })();
  return state;
}

test("Pool.imap() gives the values in the order of the items", async () => {
  const pool = pools.of(2);
  assertEquals(await all(pool.imap(square, TWENTY)), TWENTY.map(square));
});

test("Pool.imap() keeps a value that is there until those before it are", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const items = [[`${folder}/gate`, 1], [folder, 2], [folder, 3]] as [string, number][];
  const values = pool.imap(holdEither, items, { buffer: 3 });
  const first = values.next();
  const isThere = await Promise.race([first.then(() => true), pool.apply(square, [2]).then(() => false)]);
  assert(!isThere, "the second worker has done what came before the square");
  mark(`${folder}/gate`);
  assertEquals([(await first).value, (await values.next()).value, (await values.next()).value], [1, 2, 3]);
});

test("Pool.imap() gives the same for every chunksize", async () => {
  const pool = pools.of(2);
  for (const chunksize of [1, 3, 20, 100]) {
    assertEquals(await all(pool.imap(square, TWENTY, { chunksize })), TWENTY.map(square));
  }
});

test("Pool.imap() gives nothing when there are no items, and says so again and again", async () => {
  const pool = pools.of(1);
  const values = pool.imap(square, []);
  assertEquals(await values.next(), { done: true, value: undefined });
  assertEquals(await values.next(), { done: true, value: undefined });
});

test("Pool.imap() draws no more items than buffer ahead of what was taken", async () => {
  const pool = pools.of(2);
  const input = endless();
  const values = pool.imap(square, input.numbers, { buffer: 5 });
  for (let n = 1; n <= 10; n++) {
    assertEquals((await values.next()).value, n * n);
    assert(input.drawn <= n + 5, `${input.drawn} items were drawn for ${n} values`);
  }
  await values.return!();
});

test("Pool.imap() draws a bounded number of items when buffer is not given", async () => {
  const pool = pools.of(2);
  const input = endless();
  const values = pool.imap(square, input.numbers);
  assertEquals((await values.next()).value, 1);
  assert(input.drawn < 100, `${input.drawn} items were drawn`);
  await values.return!();
});

test("Pool.imap() takes chunks that are larger than buffer", async () => {
  const pool = pools.of(1);
  assertEquals(await all(pool.imap(square, TWENTY, { chunksize: 7, buffer: 2 })), TWENTY.map(square));
});

test("Pool.imap() closes its input when the loop is left, also an endless one", async () => {
  await using pool = new Pool(2);
  const input = endless();
  for await (const value of pool.imap(square, input.numbers)) if (value === 25) break;
  assert(input.closed);
  assertEquals(await pool.apply(square, [2]), 4);
});

test("Pool.imap() cancels what is under way when the loop is left", async () => {
  await using pool = new Pool(1);
  for await (const _ of pool.imap(sleep, [1, 1, 60_000], { buffer: 3 })) break;
  assertEquals(await pool.apply(square, [2]), 4);
});

test("Pool.imap() leaves the loop also when an async input never gives its next item", async () => {
  await using pool = new Pool(1);
  async function* stuck(): AsyncGenerator<number> {
    yield 3;
    await new Promise(() => {});
  }
  const values: number[] = [];
  for await (const value of pool.imap(square, stuck())) {
    values.push(value);
    break;
  }
  assertEquals(values, [9]);
});

test("Pool.imap() takes an async iterable", async () => {
  const pool = pools.of(2);
  async function* numbers(): AsyncGenerator<number> {
    for (const n of TWENTY) yield await Promise.resolve(n);
  }
  assertEquals(await all(pool.imap(square, numbers(), { chunksize: 3 })), TWENTY.map(square));
});

test("Pool.imap() takes a string, character by character, and an async input whose steps are no promises of the engine's", async () => {
  const pool = pools.of(1);
  assertEquals(await all(pool.imap(identity<string>, "añ💡")), ["a", "ñ", "💡"]);
  let drawn = 0;
  const steps = {
    [Symbol.asyncIterator]: () => steps,
    next: () => ({
      then: (resolve: (step: IteratorResult<number>) => void) => {
        drawn++;
        resolve(drawn > 3 ? { done: true, value: undefined } : { done: false, value: drawn });
      },
    }),
  };
  assertEquals(await all(pool.imap(square, steps as never)), [1, 4, 9]);
});

test("Pool.imap() gives values while an async input has no further item yet", async () => {
  const pool = pools.of(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* numbers(): AsyncGenerator<number> {
    yield 3;
    await promise;
    yield 4;
  }
  const values = pool.imap(square, numbers());
  assertEquals((await values.next()).value, 9);
  resolve();
  assertEquals((await values.next()).value, 16);
  assertEquals((await values.next()).done, true);
});

test("Pool.imap() rejects where the next item would have come when the input throws", async () => {
  const pool = pools.of(2);
  function* broken(): Generator<number> {
    yield* [1, 2, 3];
    throw new RangeError("input broke");
  }
  for (const chunksize of [1, 2]) {
    const values = pool.imap(square, broken(), { chunksize });
    const given: number[] = [];
    await assertRejects(
      async () => {
        for (;;) given.push((await values.next()).value);
      },
      RangeError,
      "input broke",
    );
    assertEquals(given, [1, 4, 9]);
    assertEquals((await values.next()).done, true);
  }
});

test("Pool.imap() rejects for an item that fails and gives the values after it", async () => {
  const pool = pools.of(2);
  const values = pool.imap(squareUnlessTens, [9, 10, 11]);
  assertEquals((await values.next()).value, 81);
  await assertRejects(() => values.next(), RangeError, "not 10");
  assertEquals((await values.next()).value, 121);
  assertEquals((await values.next()).done, true);
});

const twelve = Array.from({ length: 12 }, (_, n) => n);

/** All values, and the names of all errors. */
async function outcomes(values: AsyncIterator<unknown>): Promise<{ got: unknown[]; errors: string[] }> {
  const got: unknown[] = [];
  const errors: string[] = [];
  for (;;) {
    try {
      const { done, value } = await values.next();
      if (done) return { got, errors };
      got.push(value);
    } catch (error) {
      errors.push((error as Error).name);
    }
  }
}

test("Pool.imap() loses no value of a chunk when one of its items fails, gives an unsendable value or cannot be sent", async () => {
  const pool = pools.of(2);
  const others = twelve.filter((n) => n !== 7);
  const unsendable = { n: 7, fn: () => {} };
  for (const chunksize of [2, 3, 12]) {
    for (const how of ["throw", "unsendable"] as const) {
      const items = twelve.map((n) => ({ n, how: n === 7 ? how : "value" }));
      const { got, errors } = await outcomes(pool.imap(outcomeOf, items, { chunksize }));
      assertEquals([got, errors.length], [others, 1]);
    }
    const items = twelve.map((n) => n === 7 ? unsendable : { n, how: "value" });
    const { got, errors } = await outcomes(pool.imap(outcomeOf, items as { n: number; how: string }[], { chunksize }));
    assertEquals([got, errors], [others, ["SerializationError"]]);
  }
});

test("Pool.imapUnordered() loses no value of a chunk when one of its items fails", async () => {
  const pool = pools.of(2);
  const items = twelve.map((n) => ({ n, how: n === 7 ? "throw" : "value" }));
  for (const chunksize of [2, 5, 12]) {
    const { got, errors } = await outcomes(pool.imapUnordered(outcomeOf, items, { chunksize }));
    assertEquals([got.length, new Set(got).size, errors], [11, 11, ["RangeError"]]);
  }
});

test("Pool.imap() rejects for an item whose worker died and gives the values after it", async () => {
  await using pool = new Pool(1);
  const values = pool.imap(killOnSeven, [6, 7, 8]);
  assertEquals((await values.next()).value, 36);
  await assertRejects(() => values.next(), WorkerLostError);
  assertEquals((await values.next()).value, 64);
});

test("Pool.imap() rejects for an item that cannot cross and gives the values after it", async () => {
  const pool = pools.of(1);
  const values = pool.imap(identity<unknown>, [1, () => 1, 3]);
  assertEquals((await values.next()).value, 1);
  const error = await assertRejects(() => values.next(), SerializationError);
  assertEquals(error.path, "items[1]");
  assertEquals((await values.next()).value, 3);
});

test("Pool.imap() serves calls of next() that are made before values are there in their order", async () => {
  const pool = pools.of(2);
  const values = pool.imap(square, [1, 2, 3]);
  const steps = await Promise.all([values.next(), values.next(), values.next(), values.next()]);
  assertEquals(steps.map(({ value }) => value), [1, 4, 9, undefined]);
});

test("Pool.imap() throws at the call for wrong options, wrong items and a closed pool", async () => {
  const pool = new Pool(1);
  assertThrows(() => pool.imap(square, [1], { chunksize: 0 }), RangeError);
  assertThrows(() => pool.imap(square, [1], { chunksize: 1.5 }), TypeError);
  assertThrows(() => pool.imap(square, [1], { buffer: 0 }), RangeError);
  assertThrows(() => pool.imap(square, [1], { buffer: 1.5 }), TypeError);
  assertThrows(() => pool.imap(square, 3 as never), TypeError, "not iterable");
  assertThrows(() => pool.imap(square, null as never), TypeError, "not iterable");
  pool.close();
  assertThrows(() => pool.imap(square, [1]), ClosedError);
  await pool.join();
});

test("Pool.imap() gives all its values when the pool is closed after the call", async () => {
  const pool = new Pool(2);
  const values = pool.imap(square, TWENTY, { buffer: 3 });
  pool.close();
  assertEquals(await all(values), TWENTY.map(square));
  await pool.join();
});

test("Pool.imap() cancels the rest when its values are disposed of, also after an item has failed", async () => {
  const pool = pools.of(1);
  const input = endless();
  await assertRejects(
    async () => {
      await using values = pool.imap(squareUnlessTens, input.numbers, { buffer: 30 });
      for await (const value of values) assert(value < 100);
    },
    RangeError,
    "not 10",
  );
  assert(input.closed);
  assertEquals(await pool.apply(square, [2]), 4);
});

test("Pool.imap() takes one item, fewer items than workers, holes, and any iterable", async () => {
  await using pool = new Pool(3);
  assertEquals(await all(pool.imap(square, [3])), [9]);
  assertEquals(await all(pool.imap(square, [3, 4])), [9, 16]);
  // deno-lint-ignore no-sparse-arrays
  assertEquals(await all(pool.imap(identity<unknown>, [1, , 3], { chunksize: 2 })), [1, undefined, 3]);
  assertEquals(await all(pool.imap(square, new Set([1, 2]))), [1, 4]);
  assertEquals(await all(pool.imap(identity<unknown>, new Map([[1, "a"]]))), [[1, "a"]]);
  assertEquals(await all(pool.imap(square, new Float64Array([1, 2]))), [1, 4]);
  assertEquals(await all(pool.imapUnordered(square, TWENTY.values(), { chunksize: 20 })), TWENTY.map(square));
});

test("Pool.imap() gives the values of a single chunk of a million items", async () => {
  const pool = pools.of(1);
  let count = 0;
  for await (const value of pool.imap(square, Array(1_000_000).fill(3), { chunksize: 1_000_000 })) count += value;
  assertEquals(count, 9_000_000);
});

test("Pool.imap() rejects with a PoolTerminatedError when the pool is terminated", async () => {
  const pool = new Pool(1);
  const values = pool.imap(sleep, [60_000, 60_000]);
  const first = values.next();
  await pool.terminate();
  await assertRejects(() => first, PoolTerminatedError);
  await assertRejects(() => values.next(), PoolTerminatedError);
  assertEquals((await values.next()).done, true);
});

test("Pool.imapUnordered() gives the value of every item once", async () => {
  const pool = pools.of(2);
  for (const chunksize of [1, 3, 100]) {
    const values = await all(pool.imapUnordered(square, TWENTY, { chunksize }));
    assertEquals(values.sort((a, b) => a - b), TWENTY.map(square));
  }
});

test("Pool.imapUnordered() gives a value that is there before one that is not", async () => {
  await using pool = new Pool(2);
  const folder = scratch();
  const values = pool.imapUnordered(holdEither, [[`${folder}/gate`, 1], [folder, 2]] as [string, number][]);
  assertEquals((await values.next()).value, 2);
  mark(`${folder}/gate`);
  assertEquals((await values.next()).value, 1);
  assertEquals((await values.next()).done, true);
});

test("Pool.imapUnordered() rejects for an item that fails and gives all other values", async () => {
  const pool = pools.of(2);
  const values = pool.imapUnordered(squareUnlessTens, [9, 10, 11]);
  const given: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    await values.next().then(({ value }) => given.push(value), (error) => given.push((error as Error).message));
  }
  assertEquals(given.map(String).sort(), ["121", "81", "not 10"]);
  assertEquals((await values.next()).done, true);
});

test("Pool.imapUnordered() rejects after the values before it when the input throws", async () => {
  const pool = pools.of(2);
  function* broken(): Generator<number> {
    yield* [1, 2];
    throw new RangeError("input broke");
  }
  const values = pool.imapUnordered(square, broken());
  const given: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    await values.next().then(({ value }) => given.push(value), (error) => given.push((error as Error).message));
  }
  assertEquals(given.map(String).sort(), ["1", "4", "input broke"]);
  assertEquals((await values.next()).done, true);
});

test("Pool.imapUnordered() closes an endless input when the loop is left", async () => {
  await using pool = new Pool(2);
  const input = endless();
  let count = 0;
  for await (const _ of pool.imapUnordered(square, input.numbers)) if (++count === 5) break;
  assert(input.closed && input.drawn < 200);
});

test("Pool.imapUnordered() gives nothing when there are no items, as Pool.imap() does, with any chunksize", async () => {
  const pool = pools.of(1);
  for (const options of [{}, { chunksize: 5 }]) {
    assertEquals(await all(pool.imapUnordered(square, [], options)), []);
    assertEquals(await all(pool.imap(square, [], options)), []);
  }
});

noLeaks(() => pools.end());
