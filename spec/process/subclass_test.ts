import { SerializationError, TargetError } from "../../mod.ts";
import { Greeter as OtherGreeter } from "./_fixtures/other_subclasses.ts";
import {
  Carrying,
  Commented,
  Failing,
  Greeter,
  Inherits,
  Loud,
  makeHidden,
  Plain,
  Secret,
  sum,
  Timed,
} from "./_fixtures/subclasses.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "../_support/assert.ts";
import { outcome, told } from "../_support/children.ts";
import { children } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Process.run() of an exported subclass runs in the child, with the public fields of the object", async () => {
  const child = new Greeter("hello", "ant");
  assertEquals(await told(child), {
    greeting: "hello",
    made: true,
    name: "ant",
    daemon: false,
    pid: child.pid,
    isGreeter: true,
    isCurrent: true,
  });
});

test("Process.run() may be asynchronous and use fields of the subclass and of its base", async () => {
  assertEquals((await outcome(new Loud("hello"))).stdout, "HELLO 11\n");
});

test("Process.run() sees the fields as they are when start() is called", async () => {
  const child = new Loud("hello");
  child.volume.set("volume", 3);
  child.greeting = "bye";
  assertEquals((await outcome(child)).stdout, "BYE 3\n");
});

test("Process.run() calls the target when a subclass calls super.run()", async () => {
  const child = new Timed({ target: sum, args: [1, 2], kwargs: { plus: 3 }, stdout: "piped" });
  assertEquals((await outcome(child)).stdout, "before\n6\nafter\n");
  assertEquals((await outcome(new Timed({ stdout: "piped" }))).stdout, "before\nafter\n");
});

test("Process.run() that throws in a subclass gives exit code 1 and the stack on standard error", async () => {
  const { code, stderr } = await outcome(new Failing({ name: "ant", stderr: "piped" }));
  assertEquals(code, 1);
  assertMatch(stderr, /^Process ant:\nRangeError: it fails in run\n[^]*subclasses\.ts:/);
});

test("Process.name begins with the name of the class when it is a subclass", () => {
  assertMatch(new Greeter("hello").name, /^Greeter-\d+$/);
  assertMatch(new Plain().name, /^Plain-\d+$/);
});

test("Process subclass without a run() of its own runs the target", async () => {
  assertEquals((await outcome(new Plain({ target: sum, args: [1, 2], stdout: "piped" }))).stdout, "3\n");
});

test("Process.start() throws SerializationError that names the members when a subclass or its base has #private ones", () => {
  for (const child of [new Secret(), new Inherits()]) {
    const error = assertThrows(() => child.start(), SerializationError, "make them public fields");
    assert(error.message.includes("this.#key"));
    assertEquals([error.path, child.pid], ["this.#key", null]);
  }
  assertEquals(children(), []);
});

test("Process.start() takes a # in a comment or a string of a subclass for no #private member", async () => {
  assertEquals((await outcome(new Commented({ stdout: "piped" }))).stdout, "#ff0000\n");
});

test("Process.start() throws SerializationError that names the field when one holds a function", () => {
  const child = new Carrying();
  child.callback = () => {};
  const error = assertThrows(() => child.start(), SerializationError, "functions cannot cross, make them methods");
  assertEquals([error.path, children()], ["this.callback", []]);
});

test("Process.start() throws SerializationError with the path when a field holds what cannot cross further down", () => {
  const child = new Carrying();
  child.callback = { list: [new WeakMap()] };
  const error = assertThrows(() => child.start(), SerializationError, "a WeakMap cannot cross");
  assertEquals(error.path, "this.callback.list[0]");
});

test("Process.start() throws TargetError that names the class when a subclass is not exported", () => {
  const error = assertThrows(() => makeHidden().start(), TargetError, "Cannot run Hidden in another process");
  assertEquals([error.target, children()], ["Hidden", []]);
});

test("Process.start() finds a subclass by identity when another module exports one of the same name", async () => {
  assertEquals((await outcome(new OtherGreeter({ stdout: "piped" }))).stdout, "the other Greeter\n");
});

noLeaks();
