import { type AsyncResult, type MapOptions, Pool } from "../../mod.ts";
import { add, square } from "../_support/arithmetic.ts";
import { failAtThree } from "./_fixtures/upkeep.ts";
import { pid, sleep } from "../_support/waiting.ts";
import { assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

/** Collects what it is told. */
function listener(): { told: [number, number | null][]; onProgress: (done: number, total: number | null) => void } {
  const told: [number, number | null][] = [];
  return { told, onProgress: (done, total) => void told.push([done, total]) };
}

test("MapOptions.onProgress is called after each chunk with the items done and all items", async () => {
  const pool = pools.of(1);
  const { told, onProgress } = listener();
  await pool.map(square, numbers(10), { chunksize: 4, onProgress });
  assertEquals(told, [[4, 10], [8, 10], [10, 10]]);
});

test("MapOptions.onProgress is called for mapAsync, starmap and starmapAsync as well", async () => {
  const pool = pools.of(1);
  const pairs: [number, number][] = numbers(3).map((n) => [n, n]);
  for (
    const start of [
      (options: MapOptions) => pool.mapAsync(square, new Set([1, 2, 3]), options),
      (options: MapOptions) => pool.starmap(add, pairs, options),
      (options: MapOptions) => pool.starmapAsync(add, pairs, options),
    ]
  ) {
    const { told, onProgress } = listener();
    await start({ chunksize: 2, onProgress });
    assertEquals(told, [[2, 3], [3, 3]]);
  }
});

test("MapOptions.onProgress is called with all items before the result is there", async () => {
  const pool = pools.of(2);
  const seen: [number, boolean][] = [];
  const onProgress = (done: number) => void seen.push([done, result.ready()]);
  const result: AsyncResult<number[]> = pool.mapAsync(square, numbers(4), { chunksize: 2, onProgress });
  await result;
  assertEquals(seen, [[2, false], [4, false]]);
});

test("MapOptions.onProgress is called with null as total when imap draws from a generator, and with all items of an array", async () => {
  const pool = pools.of(1);
  const generator = numbers(3)[Symbol.iterator]();
  for (const [items, total] of [[generator, null], [numbers(3), 3]] as const) {
    const { told, onProgress } = listener();
    for await (const _ of pool.imapUnordered(square, items, { chunksize: 2, onProgress }));
    assertEquals(told, [[2, total], [3, total]]);
  }
});

test("MapOptions.onProgress counts the items of chunks that fail", async () => {
  const pool = pools.of(1);
  const { told, onProgress } = listener();
  await assertRejects(() => pool.map(failAtThree, numbers(6), { chunksize: 2, onProgress }), RangeError, "three");
  assertEquals(told, [[2, 6], [4, 6], [6, 6]]);
});

test("MapOptions.onProgress is called no more when the map was cancelled or the loop was left", async () => {
  await using pool = new Pool(1, { killGrace: 50 });
  const { told, onProgress } = listener();
  const result = pool.mapAsync(sleep, [1, 60_000, 1], { chunksize: 1, onProgress });
  await until(() => told.length === 1, "the first item is done");
  result.cancel();
  await pool.apply(pid);
  assertEquals(told, [[1, 3]]);
  const lazy = listener();
  for await (const _ of pool.imap(sleep, [1, 60_000, 1], { onProgress: lazy.onProgress })) break;
  await pool.apply(pid);
  assertEquals(lazy.told, [[1, 3]]);
});

test("MapOptions.onProgress is not called when there are no items", async () => {
  const pool = pools.of(1);
  const { told, onProgress } = listener();
  await pool.map(square, [], { onProgress });
  for await (const _ of pool.imap(square, [], { onProgress }));
  assertEquals(told, []);
});

test("MapOptions.onProgress that throws or rejects is printed, and the map goes on", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/limit_progress.ts");
  assertEquals([code, stdout], [0, "[1,4,9] 3\n[16,25]\n"]);
  const printed = (text: string) => stderr.split(`Pool onProgress failed:\nRangeError: ${text}`).length - 1;
  assertEquals([printed("thrown aside"), printed("rejected aside")], [3, 2]);
});

test("MapOptions.onProgress that is not a function is a TypeError at the call", async () => {
  const pool = pools.of(1);
  const options = { onProgress: 3 as never };
  await assertRejects(() => pool.map(square, [1], options), TypeError, "Cannot map: onProgress is not a function");
  assertThrows(() => pool.mapAsync(square, [1], options), TypeError, "Cannot mapAsync: onProgress is not a function");
  assertThrows(() => pool.imap(square, [1], options), TypeError, "Cannot imap: onProgress is not a function");
});

noLeaks(() => pools.end());
