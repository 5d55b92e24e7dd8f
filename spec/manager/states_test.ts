import { ClosedError, Manager, StateError } from "../../mod.ts";
import { encode } from "../../src/codec/codec.ts";
import { type ManagerEvent, ManagerLife, type ManagerState } from "../../src/manager/manager_life.ts";
import { allRegistered, publicMethods, registeredType, registerType } from "../../src/manager/registry.ts";
import { compare } from "../../src/manager/sort_order.ts";
import { encodeValueKey, valueKey } from "../../src/manager/value_key.ts";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { add, square } from "../_support/arithmetic.ts";

const WAYS: Readonly<Record<ManagerState, readonly ManagerEvent[]>> = {
  "new": [],
  "started": ["start"],
  "connected": ["connect"],
  "serving": ["serve"],
  "shut down": ["start", "shut down"],
};
const STATES = Object.keys(WAYS) as ManagerState[];
const EVENTS = ["start", "connect", "serve", "shut down"] as const;

function lifeIn(state: ManagerState): ManagerLife {
  const life = new ManagerLife();
  for (const event of WAYS[state]) life.apply(event, "get there");
  return life;
}

/** The state after an event; the error where it is refused. */
function after(state: ManagerState, event: ManagerEvent): ManagerState | Error {
  const life = lifeIn(state);
  try {
    life.apply(event, event === "shut down" ? "shut down manager" : `${event} manager`);
    return life.state;
  } catch (error) {
    assertEquals(life.state, state);
    return error as Error;
  }
}

test("ManagerLife.apply() goes to the state of the table from every state, and refuses every other event with an error that names state and remedy", () => {
  const row = (state: ManagerState) =>
    EVENTS.map((event) => after(state, event)).map((end) => end instanceof Error ? "refused" : end);
  assertEquals(STATES.map(row), [
    ["started", "connected", "serving", "shut down"],
    ["refused", "refused", "refused", "shut down"],
    ["refused", "refused", "refused", "refused"],
    ["refused", "refused", "refused", "shut down"],
    ["refused", "refused", "refused", "shut down"],
  ]);
  const refusal = after("started", "serve") as StateError;
  assertInstanceOf(refusal, StateError);
  assertEquals([refusal.message, refusal.state], [
    "Cannot serve manager: it is started, make a new manager",
    "started",
  ]);
  assertInstanceOf(after("shut down", "start"), ClosedError);
  const foreign = after("connected", "shut down") as StateError;
  assertEquals(foreign.message, "Cannot shut down manager: it is connected, whoever started it can");
});

test("ManagerLife.check() refuses what apply() would, and changes nothing", () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      const life = lifeIn(state);
      const isRefused = after(state, event) instanceof Error;
      if (isRefused) assertThrows(() => life.check(event, "act"), StateError);
      else life.check(event, "act");
      assertEquals(life.state, state);
    }
  }
});

test("ManagerLife.refuseShutDown() throws a ClosedError when the manager is shut down, and nothing in any other state", () => {
  for (const state of STATES.slice(0, -1)) lifeIn(state).refuseShutDown("make list");
  const error = assertThrows(() => lifeIn("shut down").refuseShutDown("make list"), ClosedError);
  assertEquals(error.message, "Cannot make list: it is shut down, make a new manager");
});

test("compare() orders numbers with bigints, NaN last, texts by code units, false before true, dates by time, and lists by their first items that differ", () => {
  const ordered: unknown[][] = [
    [-Infinity, -1n, -0.5, 0, 0.5, 1n, 2, 2n ** 70n, Infinity, NaN],
    ["", "A", "Z", "a", "b", "é"],
    [false, true],
    [new Date(0), new Date(1), new Date(NaN)],
    [[], [1], [1, 1], [1, 2], [2]],
  ];
  for (const values of ordered) {
    for (const [at, one] of values.entries()) {
      for (const [place, other] of values.entries()) {
        assertEquals(Math.sign(compare(one, other)), Math.sign(at - place), `${String(one)} and ${String(other)}`);
      }
    }
  }
});

test("compare() throws a TypeError that names both when they are of different kinds or have no order", () => {
  class Account {}
  const pairs: [unknown, unknown, string][] = [
    [1, "1", "a number and a string"],
    [null, undefined, "null and undefined"],
    [new Account(), new Account(), "Account and Account"],
    [Object.create(null), 1, "an object and a number"],
    [[1], 1, "Array and a number"],
    [true, 1, "a boolean and a number"],
  ];
  for (const [one, other, named] of pairs) {
    assertThrows(() => compare(one, other), TypeError, `Cannot sort list: ${named} have no order`);
  }
  assertThrows(() => compare([1, "a"], [1, 2]), TypeError, "a string and a number");
});

test("valueKey() is the same for values that Map would take for equal, and for objects of the same content in the same order", () => {
  const key = (value: unknown) => valueKey(encode(value, "key"));
  assertEquals([key(0), key(NaN)], [key(-0), key(NaN)]);
  assertEquals(encodeValueKey(-0, "key").text, encode(0, "key").text);
  assertEquals(key({ a: 1, b: [2] }), key({ a: 1, b: [2] }));
  assertEquals(key(Uint8Array.of(1, 2)), key(Uint8Array.of(1, 2)));
  const others = [
    0,
    "0",
    0n,
    false,
    null,
    undefined,
    "",
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    Uint8Array.of(1, 2),
  ];
  const more = [Uint8Array.of(1, 3), Int8Array.of(1, 2), [1, 2], new Set([1, 2]), "[1,2]"];
  assertEquals(new Set([...others, ...more].map(key)).size, others.length + more.length);
});

test("registeredType() finds what a class or one from which it derives has registered, the nearest first", () => {
  class Base extends Manager {}
  class Derived extends Base {}
  registerType(Base, "square", square, undefined);
  registerType(Derived, "add", add, ["apply"]);
  assertEquals(registeredType(Derived, "square")?.target, square);
  assertEquals([registeredType(Base, "add"), registeredType(Manager, "square")], [undefined, undefined]);
  assertEquals(registeredType(Derived, "add")?.exposed, ["apply"]);
  assertEquals(allRegistered(Derived).map(({ name }) => name).sort(), ["add", "square"]);
  assertThrows(() => registerType(Derived, "square", add, undefined), RangeError, "another is registered");
  registerType(Derived, "square", square, ["call"]);
  assertEquals([registeredType(Derived, "square")?.exposed, registeredType(Base, "square")?.exposed], [["call"], null]);
});

test("publicMethods() are the methods of the class and of those behind it, or the functions of a plain object, without names that begin with an underscore", () => {
  class Base {
    read(): void {}
    _hidden(): void {}
    then(): void {}
  }
  class Derived extends Base {
    own = () => {};
    write(): void {}
    get size(): number {
      return 1;
    }
  }
  assertEquals(publicMethods(new Derived()).sort(), ["read", "write"]);
  assertEquals(publicMethods({ act() {}, _secret() {}, n: 1 }), ["act"]);
  assert(!publicMethods(Object.create(null)).includes("constructor"));
});

noLeaks();
