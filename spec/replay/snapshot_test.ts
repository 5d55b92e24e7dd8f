import { snapshot } from "../../mod.ts";
import { told } from "./_fixtures/replay_tell.ts";
import { assert, assertEquals, assertThrows } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Runs a program that ends well and says nothing on standard error: what its processes told. */
async function ran(program: string, ...args: string[]): Promise<Record<string, unknown[][]>> {
  const { code, stdout, stderr } = await run(`replay/_programs/${program}.ts`, { args });
  assertEquals([code, stderr], [0, ""]);
  return told(stdout);
}

/** As `ran`, of a program whose parent and child tell the same: what that is. */
async function alike(program: string, ...args: string[]): Promise<unknown[]> {
  const { parent, child, ...others } = await ran(program, ...args);
  assertEquals([child, others, parent!.length], [parent, {}, 1]);
  return parent![0]!;
}

/** What parent and child tell alike of one of the cases of a program, which runs once for all of them. */
async function caseOf(program: "snapshot_values" | "snapshot_errors", name: string): Promise<unknown[]> {
  const [facts] = await casesOf(program) as [Record<string, unknown[]>];
  return facts[name]!;
}

const casesOf = once((program) => alike(program));

/** A tree of five processes with two snapshots, of which the second is taken in a child. */
async function isOnce(kind: "sync" | "async"): Promise<void> {
  using folder = new Folder();
  const { parent, first, second, third, fourth, ...others } = await ran("snapshot_once", kind, folder.at("computed"));
  const [shared, own] = second![0]!;
  assert(typeof shared === "number" && typeof own === "number" && shared !== own);
  assertEquals([parent, first], [[[shared]], [[shared]]]);
  assertEquals([second, third, fourth], [[[shared, own]], [[shared, own]], [[shared, own]]]);
  assertEquals([others, folder.read("computed")], [{}, "computed\n".repeat(2)]);
}

test("snapshot() calls its function in the process that comes to it first, and gives every process forked afterwards the same, also forks of forks", async () => {
  await isOnce("sync");
});

test("snapshot() of an async function calls it once too, and its promise resolves to the same in every process forked afterwards", async () => {
  await isOnce("async");
});

test("snapshot() gives this process what its function gave and a fork child a copy: what one process changes, others do not see", async () => {
  const { parent, first, second } = await ran("snapshot_copies");
  assertEquals(parent, [[[true, true], { count: 1, list: ["path", "parent"] }, null]]);
  assertEquals(first, [[[false, false], { count: 1, list: ["path", "first"] }, []]]);
  assertEquals(second, [[[false, false], { count: 1, list: ["path", "second"] }, []]]);
});

test("snapshot() hands on undefined, -0, NaN, BigInt, Date, Map, Set, typed arrays, buffers, patterns, cycles and parts that occur twice", async () => {
  assertEquals(await caseOf("snapshot_values", "kinds"), [true, true, true, true, [1, 2]]);
  assertEquals(await caseOf("snapshot_values", "nothing"), [true, null, true]);
});

test("snapshot() hands on a list of 400 000 numbers, 3 MiB of bytes and a text of a million characters", async () => {
  assertEquals(await caseOf("snapshot_values", "large"), [400_000, 199_999.5, 3_145_728, 195, 1_048_576, "ä"]);
});

test("snapshot() in a loop hands on the value of every round", async () => {
  const [values, different] = await caseOf("snapshot_values", "loop");
  assertEquals([(values as number[]).length, different], [5, 5]);
});

test("snapshot() of several async functions at the same time hands on each value, and the order in which they came", async () => {
  const [values, order] = await caseOf("snapshot_values", "together");
  assertEquals([new Set(values as number[]).size, order], [3, [1, 2, 0]]);
});

test("snapshot() throws SerializationError with the path of what cannot be copied, and rejects with it when its function is async, alike in a child", async () => {
  const SerializationError = "SerializationError";
  const facts = await caseOf("snapshot_errors", "uncopied") as [string, Record<string, unknown>][];
  assertEquals(facts.map(([how, { Class, own }]) => [how, Class, own]), [
    ["threw", SerializationError, { path: "value.list[1].callback" }],
    ["rejected", SerializationError, { path: "value.list[1]" }],
    ["threw", SerializationError, { path: "value" }],
  ]);
});

const THING = {
  Class: "TypeError",
  name: "TypeError",
  message: "no such thing",
  isPlaced: true,
  cause: "deeper",
  own: { code: "E_THING", at: [1, 2] },
};

test("snapshot() throws what its function threw, in a child an error of the same class with message, cause, own properties and stack, and what is no error as it was", async () => {
  assertEquals(await caseOf("snapshot_errors", "thrown"), [
    ["threw", THING],
    ["threw", { thrown: { reason: "none", left: 3 } }],
    ["threw", { thrown: "a text" }],
  ]);
});

test("snapshot() of an async function that rejects does so alike in a child", async () => {
  assertEquals(await caseOf("snapshot_errors", "rejected"), [
    ["rejected", THING],
    ["rejected", { thrown: 7 }],
  ]);
});

test("snapshot() takes an object that has then() as await does: what that calls back with first, nothing, an error, or never", async () => {
  const facts = ["number", "nothing", 1, "RangeError: refused", "RangeError: thrown", "pending"];
  assertEquals(await caseOf("snapshot_values", "thenables"), facts);
});

test("snapshot() that is not finished at the fork rejects in that child with ForkError for who awaits it and harms nobody else, and a later child gets its value", async () => {
  assertEquals(await ran("snapshot_pending"), {
    "who awaits": [[
      "ForkError: Cannot await snapshot: it was not finished when the parent forked, await it before the fork",
    ]],
    "who does not await": [["nothing"]],
    "who comes later": [["late"]],
    parent: [["late", [0, 0], [0]]],
  });
});

test("snapshot() is all that a child sees of the processes, pools and questions in its function", async () => {
  assertEquals(await alike("snapshot_calls", "sync"), [[true, true, true], 768]);
});

test("snapshot() is all that a child sees of the library's calls in its async function, also of those after an await", async () => {
  assertEquals(await alike("snapshot_calls", "async"), [
    [
      ...[true, 3, true, 4 * 256, 4, 4, [1, 4, 9]],
      "NoChildError: Cannot wait for a child: this process has no such child, or its status was taken",
      ...[1, true],
    ],
  ]);
});

test("snapshot() that is pending does not mix the library's calls in its function with those made beside it", async () => {
  assertEquals(await alike("snapshot_calls", "beside"), [5, [6, 6], 5]);
});

test("snapshot() whose function starts a process leaves names and answers of processes that are started after it alike in a child", async () => {
  assertEquals(await alike("snapshot_calls", "before"), [true, 4, "Process-2"]);
});

test("snapshot() whose function calls fork() gets ForkError there", async () => {
  const error = "ForkError: Cannot fork: snapshot() runs its function in one process only, fork outside of it";
  assertEquals(await alike("snapshot_calls", "fork"), [error, error]);
});

test("snapshot() after the fork calls its function in every process", async () => {
  const { parent, child } = await ran("snapshot_live");
  assertEquals([parent, child], [[[true, true, true]], [[false, true, true]]]);
});

test("snapshot() throws TypeError when it is given no function", () => {
  for (const value of [undefined, 7, Promise.resolve(1), {}]) {
    const error = assertThrows(() => snapshot(value as never), TypeError);
    assertEquals(error.message, "Cannot take snapshot: the argument is not a function");
  }
});

noLeaks();
