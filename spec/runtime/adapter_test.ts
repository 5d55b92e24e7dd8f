import "../../mod.ts";
import { SpawnError } from "../../src/errors.ts";
import { exit, killSelf } from "../_support/ends.ts";
import { nothing } from "../_support/identity.ts";
import { linger } from "../_support/lingers.ts";
import { complain, fill, say } from "../_support/say.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { textOf } from "../_support/children.ts";
import { spawn } from "../_support/commands.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { existsSync } from "node:fs";

const piped = { stdout: "piped", stderr: "piped" } as const;

test("Adapter.spawn() is synchronous: the child exists on return", async () => {
  const child = spawn(linger);
  assert(isAlive(child.pid));
  child.kill("SIGKILL");
  await child.exited;
});

test("Adapter.spawn() throws SpawnError with the command and the cause when the directory does not exist", () => {
  const error = assertThrows(() => spawn(nothing, [], { cwd: "/nowhere" }), SpawnError, "check the directory /nowhere");
  assert(error.command.length > 1);
  assert(error.cause instanceof Error);
});

test("Adapter.spawn() throws SpawnError when a variable or an argument holds a zero byte", () => {
  assertThrows(() => spawn(nothing, [], { env: { A: "a\0b" } }), SpawnError, "Cannot start process: ");
  assertThrows(() => spawn(nothing, [], { runtimeArgs: ["a\0b"] }), SpawnError, "Cannot start process: ");
});

test("Child.exited settles with the code when the child exits, and with signal and number when one kills it", async () => {
  assertEquals(await spawn(exit, [7]).exited, { code: 7 });
  assertEquals(await spawn(exit, [137]).exited, { code: 137 });
  assertEquals(await spawn(killSelf, ["SIGKILL"]).exited, { signal: "SIGKILL", number: 9 });
  assertEquals(await spawn(killSelf, ["SIGINT"]).exited, { signal: "SIGINT", number: 2 });
});

test("Child.exited settles when the child is reaped: the system does not know it any more", async () => {
  const child = spawn(nothing);
  await child.exited;
  assert(!existsSync(`/proc/${child.pid}`));
});

test("Child.exited settles with the same status whenever it is asked", async () => {
  const child = spawn(exit, [3]);
  const [first, second] = await Promise.all([child.exited, child.exited]);
  assertStrictEquals(await child.exited, first);
  assertStrictEquals(second, first);
});

test("Child.kill() sends the signal, and does nothing once the child has ended", async () => {
  const terminated = spawn(linger);
  terminated.kill("SIGTERM");
  assertEquals(await terminated.exited, { signal: "SIGTERM", number: 15 });
  const ended = spawn(nothing);
  await ended.exited;
  ended.kill("SIGTERM");
  ended.kill("SIGKILL");
  assertEquals(await ended.exited, { code: 0 });
});

test("Child.stdout and stderr are streams when piped, and null otherwise", async () => {
  const child = spawn(say, ["out"], piped);
  assertEquals([await textOf(child.stdout), await textOf(child.stderr)], ['["out"]\n', ""]);
  const other = spawn(complain, ["err"], piped);
  assertEquals([await textOf(other.stdout), await textOf(other.stderr)], ["", '["err"]\n']);
  const silent = spawn(fill, [100_000], { stdout: "null", stderr: "null" });
  assertEquals([silent.stdout, silent.stderr], [null, null]);
  for (const { exited } of [child, other, silent]) assertEquals(await exited, { code: 0 });
});

test("Child.ref() keeps this program running until the child has ended, and Child.unref() does not", async () => {
  for (const [act, when] of [["ref", "after"], ["unref", "before"]]) {
    using folder = new Folder();
    assertEquals(
      (await run("runtime/_programs/child_refs.ts", { args: [folder.path, act!] })).stdout,
      `${when} the child\n`,
    );
    if (folder.has("began")) await until(() => !isAlive(Number(folder.read("began"))), "the child is gone");
  }
});

noLeaks();
