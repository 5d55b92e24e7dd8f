import { Pool, registerError, RemoteError, TimeoutError } from "../../mod.ts";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { copyOfLibrary, refusedAt, roundTrip } from "./_fixtures/encoding.ts";
import { OutOfStock, SoldOut, take, takeUnknown, WrongKind } from "./_fixtures/registered_errors.ts";

test("encode() keeps what an error holds of itself and of others", () => {
  const shared = { n: 1 };
  const error = Object.assign(new Error("m"), { shared, list: [] as unknown[] });
  error.list.push(error, shared);
  const given = roundTrip({ error, shared }) as { error: typeof error; shared: object };
  assertStrictEquals(given.error.list[0], given.error);
  assertStrictEquals(given.error.shared, given.shared);
});

test("encode() keeps the stack of an error", () => {
  const error = new TypeError("m");
  assertEquals((roundTrip(error) as Error).stack, error.stack);
  class Own extends Error {}
  const own = new Own("m");
  const given = roundTrip(own);
  assertInstanceOf(given, RemoteError);
  assertEquals([given.remoteStack, given.stack], [own.stack, own.stack]);
});

test("encode() keeps the own properties of an error, also those that are not enumerable, and leaves out of them what cannot cross, at any depth", () => {
  const request: Record<string, unknown> = { on() {}, host: "h", worker: new WeakMap() };
  request.self = request;
  const error = Object.assign(new Error("failed"), {
    config: {
      url: "http://h/",
      transforms: [() => 1, "trim"],
      retry: new Map<unknown, unknown>([["f", () => 1], ["n", 2]]),
    },
    response: { status: 504, request, headers: new Headers() },
  });
  Object.defineProperty(error, "broken", {
    enumerable: true,
    get: () => {
      throw new Error("unreadable");
    },
  });
  Object.defineProperty(error, "secret", { value: { code: 7, act() {} }, enumerable: false });
  const given = roundTrip(error) as typeof error & { secret: unknown };
  assertEquals(
    given.config,
    {
      url: "http://h/",
      transforms: [undefined, "trim"],
      retry: new Map([["n", 2]]),
    } as unknown as typeof error.config,
  );
  assertEquals(Object.keys(given.response), ["status", "request"]);
  assertEquals(Object.keys(given.response.request), ["host", "self"]);
  assertStrictEquals(given.response.request.self, given.response.request);
  assertEquals(given.secret, { code: 7 });
  assertEquals(Object.keys(given), ["config", "response"]);
});

test("encode() refuses what cannot cross although an error holds it as well", () => {
  const shared = { inner: { act() {} } };
  const error = Object.assign(new Error("m"), { shared });
  assertEquals(refusedAt({ error, late: { later: { shared } } }), "value.error.shared.inner.act");
  assertEquals(refusedAt({ shared, error }), "value.shared.inner.act");
});

test("encode() keeps the class of an error of another copy of the library", async () => {
  const other = await import(copyOfLibrary());
  const given = roundTrip(new other.TimeoutError("late", 5)) as TimeoutError;
  assertInstanceOf(given, TimeoutError);
  assertEquals([given.message, given.timeout], ["late", 5]);
  class StateError extends Error {}
  assertInstanceOf(roundTrip(new StateError("mine")), RemoteError);
});

test("registerError() lets an error of the class arrive as one, with its own fields, also inside of others and as a cause", async () => {
  await using pool = new Pool(1);
  const error = await pool.apply(take, ["bread"]).catch((thrown: unknown) => thrown);
  assertInstanceOf(error, OutOfStock);
  assertEquals([error.message, error.item, error.describe()], ["no bread left", "bread", "bread is out of stock"]);
  assertInstanceOf(error.cause, RemoteError);
  const wrong = roundTrip(new WrongKind("w", { cause: new OutOfStock("salt") })) as WrongKind;
  assertInstanceOf(wrong, WrongKind);
  assertInstanceOf(wrong, TypeError);
  assertInstanceOf(wrong.cause, OutOfStock);
  const both = roundTrip(new AggregateError([new OutOfStock("oil"), new Error("x")], "both")) as AggregateError;
  assertInstanceOf(both.errors[0], OutOfStock);
  assertEquals((roundTrip({ list: [new OutOfStock("tea")] }) as { list: OutOfStock[] }).list[0]!.item, "tea");
});

test("registerError() lets an error of a class that extends a registered one arrive as the registered one", () => {
  const given = roundTrip(new SoldOut("milk"));
  assertInstanceOf(given, OutOfStock);
  assert(!(given instanceof SoldOut));
  assertEquals((given as OutOfStock).item, "milk");
});

test("registerError() takes several classes at once, and the same class again", () => {
  assertStrictEquals(registerError(import.meta, First), First);
  const given = { First, Second };
  assertStrictEquals(registerError(import.meta, given), given);
  assertInstanceOf(roundTrip(new First("m")), First);
  assertInstanceOf(roundTrip(new Second("m")), Second);
});

test("registerError() refuses what is no error class, has no name, or has the name of another, and says so", () => {
  const refused = (given: unknown, message: string, meta: unknown = import.meta) =>
    assertThrows(() => registerError(meta as ImportMeta, given as typeof Error), TypeError, message);
  refused(class Plain {}, "Cannot register error Plain: it is no class that extends Error");
  refused({ Plain: 7 }, "Cannot register error Plain: it is no class that extends Error");
  refused((() => class extends Error {})(), "Cannot register error: its class has no name");
  refused({ First: Second }, "Cannot register error First: its module has registered another class under that name");
  refused("First", "Cannot register error: the second argument is neither a class nor an object of classes");
  refused(First, "Cannot register error: the first argument is not import.meta", {});
});

test("registerError() leaves a RemoteError where the class is not registered", async () => {
  await using pool = new Pool(1);
  const error = await pool.apply(takeUnknown).catch((thrown: unknown) => thrown);
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.remoteName, error.message], ["OnlyThere", "OnlyThere", "there"]);
});

class First extends Error {}
class Second extends Error {}

noLeaks();
