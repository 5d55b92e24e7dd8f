import { currentProcess, Process, SerializationError } from "../../mod.ts";
import { nothing } from "../_support/identity.ts";
import { say } from "../_support/say.ts";
import { hasLength, isCycle, isErrorCycle, isMapInSet } from "./_fixtures/values.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../_support/assert.ts";
import { outcome, told } from "../_support/children.ts";
import { children } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

function wellDone(child: { code: number | null; stderr: string }): void {
  assertEquals([child.code, child.stderr], [0, ""]);
}

test("Process.start() hands over text arguments of any size", async () => {
  for (const size of [90_000, 98_304, 100_000, 200_000, 5_000_000]) {
    const text = "ü".repeat(size / 2 - 1) + "z";
    wellDone(await outcome({ target: hasLength, args: [text.length, text] }));
  }
});

test("Process.start() hands over bytes of several megabytes", async () => {
  wellDone(await outcome({ target: hasLength, args: [6_000_000, new Uint8Array(6_000_000).fill(7)] }));
});

test("Process.start() hands over a cycle and shared parts as they are", async () => {
  const part = { a: 1 };
  const value: Record<string, unknown> = { twice: [part, part] };
  value.self = value;
  wellDone(await outcome({ target: isCycle, args: [value as never] }));
});

test("Process.start() hands over a Map in a Set", async () => {
  wellDone(await outcome({ target: isMapInSet, args: [new Set([new Map([["a", [1, undefined]]])])] }));
});

test("Process.start() hands over an Error with a cycle in its cause", async () => {
  const inner = new Error("inner");
  const outer = new RangeError("outer", { cause: inner });
  inner.cause = outer;
  wellDone(await outcome({ target: isErrorCycle, args: [outer] }));
});

test("Process.start() copies the arguments: what happens to them later does not show in the child", async () => {
  const list = [1];
  const child = new Process({ target: say, args: [list], stdout: "piped" });
  list.push(2);
  const seen = told(child);
  list.push(3);
  assertEquals(await seen, [[1, 2]]);
});

test("Process.start() throws SerializationError with the path when the arguments hold a function, and starts nothing", () => {
  const child = new Process({ target: say, args: ["a", { list: [1, { callback: nothing }] }] });
  const error = assertThrows(() => child.start(), SerializationError, "function nothing cannot cross");
  assertEquals(error.path, "args[1].list[1].callback");
  assertStringIncludes(error.message, "Cannot send args[1].list[1].callback to another process");
  assertEquals([child.pid, child.isAlive(), children()], [null, false, []]);
});

test("Process.start() throws SerializationError with the path when kwargs, the last of the arguments, hold what cannot cross", () => {
  const child = new Process({ target: say, args: ["a"], kwargs: { key: Symbol("s") } });
  assertEquals(assertThrows(() => child.start(), SerializationError, "a symbol cannot cross").path, "args[1].key");
});

test("Process.start() throws SerializationError when an argument is a Process", () => {
  for (const process of [new Process(), currentProcess()]) {
    const child = new Process({ target: say, args: [process] });
    assertEquals(assertThrows(() => child.start(), SerializationError, "a Process cannot cross").path, "args[0]");
  }
});

test("Process.start() can be called again when it threw SerializationError and the arguments were mended", async () => {
  const argument: { value: unknown } = { value: nothing };
  const child = new Process({ target: say, args: [argument], stdout: "piped" });
  assertThrows(() => child.start(), SerializationError);
  argument.value = "mended";
  assertEquals(await told(child), [{ value: "mended" }]);
});

noLeaks();
