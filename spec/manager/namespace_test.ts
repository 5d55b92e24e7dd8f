import { Manager, Process, SerializationError } from "../../mod.ts";
import { setField } from "./_fixtures/ways.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** One for all cases; its process starts with the first object. */
const manager = new Manager();

test("Manager.Namespace() makes an empty namespace, or one with the fields of an object", async () => {
  assertEquals(await manager.Namespace().toObject(), {});
  assertEquals(await manager.Namespace({ name: "Ada", age: 36 }).toObject(), { name: "Ada", age: 36 });
  for (const given of [3, null, "ab"]) {
    assertThrows(() => manager.Namespace(given as never), TypeError, "not an object");
  }
  assertThrows(() => manager.Namespace({ f: () => 1 }), SerializationError);
});

test("NamespaceProxy.get() gives the value of a field, and undefined when there is none", async () => {
  const space = manager.Namespace<Record<string, unknown>>({ a: [1] });
  assertEquals([await space.get("a"), await space.get("b"), await space.get("toString")], [[1], undefined, undefined]);
  await assertRejects(() => space.get(3 as never), TypeError, "not a string");
});

test("NamespaceProxy.set() sets a field for all processes", async () => {
  const space = manager.Namespace<Record<string, unknown>>({ a: 1 });
  const child = new Process({ target: setField, args: [space, "b", { deep: undefined }] }).start();
  assertEquals([await child.join(), await space.toObject()], [0, { a: 1, b: { deep: undefined } }]);
  await space.set("a", 2);
  assertEquals(await space.get("a"), 2);
  await assertRejects(() => space.set(Symbol("s") as never, 1), TypeError, "not a string");
});

test("NamespaceProxy.set() takes any name, that of the prototype and that of the constructor as well", async () => {
  const space = manager.Namespace<Record<string, unknown>>();
  for (const name of ["__proto__", "constructor", "_hidden", "then", ""]) await space.set(name, name);
  const object = await space.toObject();
  assertEquals(Object.keys(object), ["__proto__", "constructor", "_hidden", "then", ""]);
  assert(Object.getPrototypeOf(object) === Object.prototype);
});

test("NamespaceProxy.delete() takes a field out, and says whether it was there", async () => {
  const space = manager.Namespace({ a: 1 });
  assertEquals([await space.delete("a"), await space.delete("a"), await space.toObject()], [true, false, {}]);
});

test("NamespaceProxy.toObject() gives a copy, in which what the manager owns is itself", async () => {
  const list = manager.list([1]);
  const space = manager.Namespace({ list, plain: [1] });
  const object = await space.toObject();
  object.plain!.push(2);
  assert(object.list === list);
  assertEquals(await space.get("plain"), [1]);
});

noLeaks(() => manager[Symbol.asyncDispose]());
