import { execFileSync } from "node:child_process";
import { Process } from "../../mod.ts";
import {
  endWith,
  exit,
  exitLate,
  fail,
  failAside,
  failLater,
  failUnreadably,
  failWith,
  killSelf,
  leaveTimer,
  stall,
} from "../_support/ends.ts";
import { begin, nothing } from "../_support/identity.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { outcome, textOf } from "../_support/children.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import process from "node:process";

test("Process.exitCode is 0 when the target returns", async () => {
  assertEquals((await outcome({ target: nothing })).code, 0);
});

test("Process.exitCode is the code that the child exits with, modulo 256", async () => {
  for (const [given, seen] of [[0, 0], [1, 1], [7, 7], [255, 255], [256, 0], [263, 7], [-1, 255]]) {
    assertEquals(await new Process({ target: exit, args: [given!] }).start().join(), seen);
  }
});

test("Process.exitCode is what the target sets as the exit code of its process, and 0 when it calls exit() with none set", async () => {
  for (const [set, calls, seen] of [[7, false, 7], [5, true, 5], [null, true, 0], [null, false, 0]] as const) {
    assertEquals(await new Process({ target: endWith, args: [set, calls] }).start().join(), seen);
  }
});

test("Process.exitCode is −N when signal N kills the child", async () => {
  assertEquals(await new Process({ target: killSelf, args: ["SIGKILL"] }).start().join(), -9);
  assertEquals(await new Process({ target: killSelf, args: ["SIGINT"] }).start().join(), -2);
});

test("Process.exitCode is −N when the signal has no name, as those for real time", async () => {
  const child = new Process({ target: exitLate }).start();
  execFileSync("kill", ["-40", String(child.pid)]);
  assertEquals(await child.join(), -40);
  assertEquals([await child.sentinel, child.exitCode], [-40, -40]);
});

test("Process.exitCode is 1 when the target throws, and standard error shows name, stack and cause", async () => {
  const { code, stdout, stderr } = await outcome({ target: fail, args: ["it broke"], name: "ant" });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Process ant:\n/);
  assertStringIncludes(stderr, "RangeError: it broke");
  assertStringIncludes(stderr, "ends.ts:");
  assertMatch(stderr, /Caused by: [^]*the cause of it/);
  assertEquals(stderr.split("it broke").length, 2, "the message stands there once");
});

test("Process.exitCode is 1 when the promise of the target rejects, and standard error shows the stack", async () => {
  const { code, stderr } = await outcome({ target: failLater, args: ["it broke later"] });
  assertEquals(code, 1);
  assertMatch(stderr, /^Process Process-\d+:\nRangeError: it broke later\n[^]*ends\.ts:/);
});

test("Process.exitCode is 1 when the target throws what is no Error, and standard error shows the value", async () => {
  for (const [value, text] of [[null, "null"], ["a text", "a text"], [42, "42"], [undefined, "undefined"]]) {
    const { code, stderr } = await outcome({ target: failWith, args: [value], name: "ant" });
    assertEquals([code, stderr], [1, `Process ant:\nUncaught ${text}\n`]);
  }
});

test("Process.exitCode is 1 when the target throws what cannot be read, and standard error says so", async () => {
  const { code, stderr } = await outcome({ target: failUnreadably, name: "ant" });
  assertEquals([code, stderr], [1, "Process ant:\nUncaught error that cannot be described\n"]);
});

test("Process.exitCode is 1 when a callback in the child throws while the target runs, and standard error shows it", async () => {
  const { code, stderr } = await outcome({ target: failAside, args: ["it broke aside"] });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it broke aside");
});

test("Process.exitCode is 1 when the target awaits what can never come, with nothing else to do", async () => {
  assertEquals((await outcome({ target: stall })).code, 1);
});

test("Process ends when its target has settled, although a timer is pending", async () => {
  assertEquals(await new Process({ target: leaveTimer }).start().join({ timeout: 10_000 }), 0);
});

test("Process ends only when its own children that are no daemons have ended", async () => {
  using folder = new Folder();
  const child = new Process({ target: begin, args: [false, folder.at("ready")], stdout: "piped" }).start();
  await until(() => folder.read("ready"), "the grandchild runs");
  const grandchild = Number(folder.read("ready"));
  assertEquals(await child.join({ timeout: 300 }), null);
  process.kill(grandchild, "SIGKILL");
  assertEquals(await child.join(), 0);
  assertEquals(await textOf(child.stdout), `${grandchild}\n`);
});

test("Process ends its own daemon children when it ends", async () => {
  using folder = new Folder();
  const { code, stdout } = await outcome({ target: begin, args: [true, folder.at("ready")] });
  assertEquals(code, 0);
  await until(() => !isAlive(Number(stdout)), "the grandchild is gone", 1_000);
});

test("Process.terminate() leaves the children of the child alive", async () => {
  using folder = new Folder();
  const child = new Process({ target: begin, args: [false, folder.at("ready")], stdout: "null" }).start();
  await until(() => folder.read("ready"), "the grandchild runs");
  const grandchild = Number(folder.read("ready"));
  child.terminate();
  assertEquals(await child.join(), -15);
  assert(isAlive(grandchild));
  process.kill(grandchild, "SIGKILL");
  await until(() => !isAlive(grandchild), "the grandchild is gone");
});

noLeaks();
