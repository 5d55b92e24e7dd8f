import { activeChildren, currentProcess, NoChildError, Process, processTable, StateError, waitpid } from "../../mod.ts";
import { nothing } from "../_support/identity.ts";
import { ignoreTerm, linger } from "../_support/lingers.ts";
import { complain, fill, say } from "../_support/say.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { outcome, textOf, told } from "../_support/children.ts";
import { Folder } from "../_support/folder.ts";
import { children, isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { lingering } from "./_fixtures/lingering.ts";

test("new Process() throws TypeError that names the option when an option is of the wrong kind", () => {
  const wrong: Record<string, unknown[]> = {
    group: [{}, "group"],
    target: ["say", {}, null, 3],
    name: [3, null],
    args: [null, 3, "ab", new Set([1])],
    kwargs: [null, 3, []],
    daemon: [1, "yes", null],
    stdout: ["pipe", null, 1],
    stderr: ["pipe", null, 1],
    env: [null, "A=1", { A: 1 }],
    cwd: [3, null],
    permissions: ["all", 3, null],
    runtimeArgs: ["--smol", [1]],
    killGrace: ["1", NaN, null],
    signal: [{}, new AbortController()],
  };
  for (const [option, values] of Object.entries(wrong)) {
    for (const value of values) {
      const error = assertThrows(() => new Process({ [option]: value }), TypeError, "Cannot make process: ");
      assertStringIncludes(error.message, option);
    }
  }
  assertThrows(() => new Process(say as never), TypeError, "Cannot make process: ");
});

test("new Process() starts nothing: the object is not alive and has no pid and no exit code", () => {
  const child = new Process({ target: say });
  assertEquals([child.isAlive(), child.pid, child.exitCode, child.stdout], [false, null, null, null]);
  assert(!activeChildren().includes(child));
  assertEquals(children(), []);
});

test("new Process() copies the lists of args and kwargs when it is made", async () => {
  const args = [1];
  const kwargs: Record<string, unknown> = { a: 1 };
  const child = new Process({ target: say, args, kwargs, stdout: "piped" });
  args.push(2);
  kwargs.b = 2;
  assertEquals(await told(child), [1, { a: 1 }]);
});

test("Process without a target starts and exits with 0", async () => {
  assertEquals(await new Process().start().join(), 0);
});

test("Process.name is Process-N with a number that rises by one for each object", () => {
  const [, number] = /^Process-(\d+)$/.exec(new Process().name)!;
  assertEquals(new Process().name, `Process-${Number(number) + 1}`);
});

test("Process.name is the given one, can be set at any time, and setting anything but a string throws TypeError", async () => {
  const child = new Process({ name: "ant" });
  assertEquals(child.name, "ant");
  await child.start().join();
  child.name = "bee";
  assertEquals(child.name, "bee");
  assertThrows(() => (child.name = 3 as never), TypeError, "Cannot set name of process");
});

test("Process.daemon is false by default, as given otherwise, and can be set before start()", () => {
  assertEquals(new Process().daemon, false);
  const child = new Process({ daemon: true });
  assertEquals(child.daemon, true);
  child.daemon = false;
  assertEquals(child.daemon, false);
  assertThrows(() => (child.daemon = 1 as never), TypeError, "Cannot set daemon of process");
});

test("Process.daemon throws StateError when it is set after start()", async () => {
  const child = new Process().start();
  assertEquals(assertThrows(() => (child.daemon = true), StateError, "set it before start()").state, "started");
  await child.join();
  assertThrows(() => (child.daemon = true), StateError);
});

test("Process ends with SIGTERM when signal is aborted while it runs", async () => {
  using folder = new Folder();
  const aborter = new AbortController();
  const child = new Process({ target: linger, args: [folder.at("ready")], signal: aborter.signal }).start();
  await until(() => folder.read("ready"), "the child runs");
  aborter.abort();
  assertEquals(await child.join(), -15);
});

test("Process ends with SIGKILL after killGrace when signal is aborted and it ignores SIGTERM", async () => {
  using folder = new Folder();
  const aborter = new AbortController();
  const { signal } = aborter;
  const child = new Process({ target: ignoreTerm, args: [folder.at("ready")], signal, killGrace: 300 }).start();
  await until(() => folder.read("ready"), "the child runs");
  const since = performance.now();
  aborter.abort();
  assertEquals(await child.join(), -9);
  assert(performance.now() - since > 290);
});

test("Process takes no notice when signal is aborted after its end", async () => {
  const aborter = new AbortController();
  const child = new Process({ signal: aborter.signal }).start();
  await child.join();
  aborter.abort();
  await delay(0);
  assertEquals([child.exitCode, child.isAlive()], [0, false]);
});

test("Process.sentinel settles with the exit code when the process ends, and not before", async () => {
  const child = lingering();
  assertThrows(() => child.sentinel, StateError, "call start() first");
  child.start();
  assertEquals(await Promise.race([child.sentinel, delay(50).then(() => "pending")]), "pending");
  child.kill();
  assertEquals(await child.sentinel, -9);
  assertEquals([child.exitCode, await child.sentinel], [-9, -9]);
});

test('Process.stdout and stderr give all that the child writes when they are "piped"', async () => {
  const child = new Process({ target: say, args: ["out"], stdout: "piped", stderr: "null" }).start();
  assertInstanceOf(child.stdout, ReadableStream);
  assertEquals([await textOf(child.stdout), child.stderr], ['["out"]\n', null]);
  assertEquals(await child.join(), 0);
  assertEquals((await outcome({ target: complain, args: ["err"] })).stderr, '["err"]\n');
  assertEquals((await outcome({ target: fill, args: [3_000_000] })).stdout.length, 3_000_000);
});

test("Process.stdout can be read after the child has ended", async () => {
  const child = new Process({ target: say, args: ["kept"], stdout: "piped" }).start();
  await child.join();
  assertEquals(await textOf(child.stdout), '["kept"]\n');
});

test('Process writes to the standard streams of this process when stdout and stderr are "inherit", and nowhere when "null"', async () => {
  const { code, stdout, stderr } = await run("process/_programs/outputs.ts");
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: '["inherited"]\n', stderr: '["complained"]\n' });
});

test("Process.terminate() ends the child with SIGTERM and Process.kill() with SIGKILL", async () => {
  const terminated = lingering().start();
  const killed = lingering().start();
  terminated.terminate();
  killed.kill();
  assertEquals([await terminated.join(), await killed.join()], [-15, -9]);
  assertEquals([isAlive(terminated.pid!), isAlive(killed.pid!)], [false, false]);
});

test("Process.terminate() and kill() do nothing when the child has ended", async () => {
  const child = new Process().start();
  await child.join();
  child.terminate();
  child.kill();
  assertEquals([child.exitCode, await child.join()], [0, 0]);
});

test("Process.terminate() and kill() throw StateError before start()", () => {
  const child = new Process();
  assertThrows(() => child.terminate(), StateError, "Cannot terminate process");
  assertThrows(() => child.kill(), StateError, "Cannot kill process");
});

test("Process.close() throws StateError while the child runs, and the child runs on", async () => {
  await using child = lingering().start();
  assertEquals(assertThrows(() => child.close(), StateError, "terminate() or join() it first").state, "started");
  assert(child.isAlive() && isAlive(child.pid!));
});

test("Process.close() leaves name and daemon readable, and every other member throws StateError", async () => {
  for (const start of [true, false]) {
    const child = new Process({ name: "wasp", daemon: true });
    if (start) await child.start().join();
    child.close();
    child.close();
    assertEquals([child.name, child.daemon], ["wasp", true]);
    const acts: (() => unknown)[] = [
      () => child.pid,
      () => child.exitCode,
      () => child.sentinel,
      () => child.isAlive(),
      () => child.terminate(),
      () => child.kill(),
      () => child.start(),
      () => (child.daemon = false),
    ];
    for (const act of acts) assertEquals(assertThrows(act, StateError, "process wasp").state, "closed");
    await assertRejects(() => child.join(), StateError, "Cannot join process wasp: it is closed");
  }
});

test("Process[Symbol.asyncDispose]() ends the child with SIGTERM and settles when it is gone", async () => {
  let kept: Process;
  {
    await using child = new Process({ target: linger }).start();
    kept = child;
  }
  assertEquals([kept.exitCode, isAlive(kept.pid!)], [-15, false]);
});

test("Process[Symbol.asyncDispose]() ends the child with SIGKILL after killGrace when it ignores SIGTERM", async () => {
  using folder = new Folder();
  const child = new Process({ target: ignoreTerm, args: [folder.at("ready")], killGrace: 300 }).start();
  await until(() => folder.read("ready"), "the child runs");
  const since = performance.now();
  await child[Symbol.asyncDispose]();
  assertEquals(child.exitCode, -9);
  assert(performance.now() - since > 290);
});

test("Process[Symbol.asyncDispose]() does nothing when the process was not started, has ended or is closed", async () => {
  const child = new Process();
  await child[Symbol.asyncDispose]();
  assertEquals(await child.start().join(), 0);
  await child[Symbol.asyncDispose]();
  assertEquals(child.exitCode, 0);
  child.close();
  await child[Symbol.asyncDispose]();
});

test("Process.run() calls the target in this process when it is called directly", async () => {
  const calls: unknown[] = [];
  const child = new Process({ target: (...args: unknown[]) => void calls.push(args), args: [1], kwargs: { b: 2 } });
  await child.run();
  assertEquals(calls, [[1, { b: 2 }]]);
  assertEquals([child.isAlive(), currentProcess().name], [false, "MainProcess"]);
});

test("Process holds no descriptor of this process when it has ended", async () => {
  const { descriptors } = await import("../_support/system.ts");
  for (let round = 0; round < 2; round++) await new Process({ target: nothing }).start().join();
  const before = descriptors();
  for (let round = 0; round < 4; round++) await new Process({ target: nothing }).start().join();
  await until(() => descriptors() <= before, "descriptors are back");
});

test("Process.close() takes the status of a child that has ended: waitpid() does not give it, and processTable() does not show it", async () => {
  const child = new Process({ target: nothing }).start();
  await child.sentinel;
  const pid = child.pid!;
  const states = () => processTable().filter((record) => record.pid === pid).map(({ state }) => state);
  assertEquals(states(), ["zombie"]);
  child.close();
  assertEquals(states(), []);
  await assertRejects(() => waitpid(pid), NoChildError);
});

noLeaks();
