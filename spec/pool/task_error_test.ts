import { Pool, RemoteError, SerializationError, TimeoutError } from "../../mod.ts";
import { identity, square } from "../_support/arithmetic.ts";
import { giveFunction, giveGenerator, giveGetter, giveNestedSymbol } from "./_fixtures/crossing.ts";
import {
  identityOrFunction,
  leaveRejection,
  rejectLater,
  throwAggregate,
  throwClassWithoutName,
  throwCyclicCause,
  throwErrorWithGetter,
  throwFunction,
  throwGetter,
  throwNull,
  throwSubclass,
  throwText,
  throwTypeError,
  throwUndefined,
  throwWithCause,
  throwWithProperties,
} from "./_fixtures/failing.ts";
import { throwTimeout } from "./_fixtures/failing_timeout.ts";
import { pid } from "../_support/waiting.ts";
import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "../_support/assert.ts";
import { SharedPools } from "./_fixtures/shared_pools.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** For cases that leave their workers as they are. */
const pools = new SharedPools();

/** What a task rejects with. */
async function thrownBy(fn: () => unknown): Promise<unknown> {
  await using pool = new Pool(1);
  const before = await pool.apply(pid);
  const thrown = await pool.apply(fn).then(() => assert(false, "it did not fail"), (error) => [error]);
  assertEquals(await pool.apply(pid), before, "the worker is the same");
  return thrown![0];
}

test("A failed task rejects with an error of the same built-in class, name and message", async () => {
  const error = await thrownBy(throwTypeError);
  assertInstanceOf(error, TypeError);
  assertEquals([error.name, error.message, error.constructor], ["TypeError", "wrong kind", TypeError]);
});

test("A failed task rejects with what an async function rejects with", async () => {
  const error = await thrownBy(rejectLater);
  assertInstanceOf(error, RangeError);
  assertEquals(error.message, "later");
});

test("A failed task rejects with an error whose cause carries the stack of the worker", async () => {
  const error = await thrownBy(throwTypeError) as Error;
  assertInstanceOf(error.cause, RemoteError);
  assertEquals([error.cause.remoteName, error.cause.message], ["TypeError", "TypeError: wrong kind"]);
  assertMatch(error.cause.remoteStack, /throwTypeError[^]*failing\.ts/);
  assertEquals(error.cause.stack, error.cause.remoteStack);
});

test("A failed task rejects with an error that keeps its own cause, and the cause of that", async () => {
  const error = await thrownBy(throwWithCause) as Error;
  assertInstanceOf(error.cause, RangeError);
  assertEquals([error.message, error.cause.message, error.cause.cause], ["outer", "inner", { reason: 7 }]);
});

test("A failed task rejects with an error that is its own cause when it was", async () => {
  const error = await thrownBy(throwCyclicCause) as Error;
  assert(error.cause === error);
});

test("A failed task rejects with an error that keeps its own properties", async () => {
  const error = await thrownBy(throwWithProperties) as Error & { code: unknown; where: unknown };
  assertEquals([error.message, error.code, error.where], ["no such file", "ENOENT", { path: "/x", tries: [1, 2] }]);
});

test("A failed task rejects with an AggregateError that keeps its errors", async () => {
  const error = await thrownBy(throwAggregate);
  assertInstanceOf(error, AggregateError);
  assertEquals([error.message, error.errors.length, error.errors[1]], ["both", 2, "second"]);
  assertInstanceOf(error.errors[0], TypeError);
  assertEquals(error.errors[0].message, "first");
});

test("A failed task rejects with an error of the library's own class and its properties", async () => {
  const error = await thrownBy(throwTimeout);
  assertInstanceOf(error, TimeoutError);
  assertEquals([error.message, error.timeout, error.name], ["out of time", 12, "TimeoutError"]);
});

test("A failed task rejects with a RemoteError under the error's own name when its class is not known", async () => {
  const error = await thrownBy(throwSubclass);
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.remoteName, error.message], ["Overdrawn", "Overdrawn", "overdrawn"]);
  assertEquals((error as unknown as { balance: number }).balance, -3);
  assertMatch(error.remoteStack, /throwSubclass[^]*failing\.ts/);
});

test("A failed task rejects with a RemoteError under the name of the class when the error has no name of its own", async () => {
  const error = await thrownBy(throwClassWithoutName);
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.remoteName, error.message], ["NamedByClass", "NamedByClass", "by class"]);
});

test("A failed task rejects with the thrown value itself when that is no error", async () => {
  assertEquals(await thrownBy(throwNull), null);
  assertEquals(await thrownBy(throwUndefined), undefined);
  assertEquals(await thrownBy(throwText), "just text");
});

test("A failed task rejects with a RemoteError that describes the thrown value when that cannot cross", async () => {
  const object = await thrownBy(throwGetter);
  assertInstanceOf(object, RemoteError);
  assertEquals([object.message, object.remoteName], ["[object Object]", "Object"]);
  assertInstanceOf(object.cause, SerializationError);
  const fn = await thrownBy(throwFunction);
  assertInstanceOf(fn, RemoteError);
  assertEquals(fn.remoteName, "function");
});

test("A failed task rejects with an error without those of its properties that cannot be read or cannot cross", async () => {
  const error = await thrownBy(throwErrorWithGetter) as TypeError & { code: string };
  assertInstanceOf(error, TypeError);
  assertEquals([error.message, error.code, Object.keys(error)], ["guarded", "KEPT", ["code"]]);
});

test("A task whose result cannot cross rejects with a SerializationError that has the path", async () => {
  for (
    const [fn, path] of [
      [giveFunction, "result"],
      [giveNestedSymbol, "result.list[1].inner"],
      [giveGetter, "result.inside"],
      [giveGenerator, "result"],
    ] as const
  ) {
    const error = await thrownBy(fn);
    assertInstanceOf(error, SerializationError);
    assertEquals(error.path, path);
  }
});

test("A task whose result cannot cross rejects a map with the path in the result of its chunk", async () => {
  const pool = pools.of(1);
  const error = await assertRejects(
    () => pool.map(identityOrFunction, [1, 2, 3], { chunksize: 3 }),
    SerializationError,
  );
  assertEquals(error.path, "result[1]");
  assertEquals(await pool.map(identity, [1, 2]), [1, 2]);
});

test("A task whose arguments cannot cross counts among those that failed, as does a map", async () => {
  await using pool = new Pool(1);
  pool.applyAsync(identity<unknown>, [() => 1]);
  pool.mapAsync(identity<unknown>, [1, 2, () => 3], { chunksize: 1 });
  assertEquals(await pool.apply(square, [3]), 9);
  const { queued, running, completed, failed } = pool.stats();
  assertEquals({ queued, running, completed, failed }, { queued: 0, running: 0, completed: 1, failed: 2 });
});

test("A task that leaves a rejection unhandled behind does not stop the pool", async () => {
  const pool = pools.of(1);
  await pool.apply(leaveRejection).catch(() => {});
  assertEquals(await pool.apply(square, [3]), 9);
});

test("A failed task fails alone among many", async () => {
  const pool = pools.of(2);
  const results = Array.from({ length: 300 }, (_, n) => n === 150 ? pool.apply(throwNull) : pool.apply(square, [n]));
  const settled = await Promise.allSettled(results);
  settled.forEach((result, n) => {
    assertEquals(result, n === 150 ? { status: "rejected", reason: null } : { status: "fulfilled", value: n * n });
  });
});

noLeaks(() => pools.end());
