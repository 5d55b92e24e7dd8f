import { RemoteError, TimeoutError } from "../../mod.ts";
import { assertEquals, assertInstanceOf, assertStrictEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { copyOfLibrary, refusedAt, roundTrip } from "./_fixtures/encoding.ts";

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

noLeaks();
