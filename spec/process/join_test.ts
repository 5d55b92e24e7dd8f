import { currentProcess, Process, StateError } from "../../mod.ts";
import { misuse } from "../_support/identity.ts";
import { linger, until as untilFile } from "../_support/lingers.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { delay } from "../_support/async.ts";
import { told } from "../_support/children.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A child that ends with 0 when the file `go` is written. */
function waiting(folder: Folder): Process {
  return new Process({ target: untilFile, args: [folder.at("go")], killGrace: 0 }).start();
}

test("Process.join() resolves to the exit code when the child ends during the call", async () => {
  using folder = new Folder();
  const child = waiting(folder);
  const joined = child.join();
  folder.write("go", "");
  assertEquals(await joined, 0);
  assertEquals([child.exitCode, child.isAlive(), isAlive(child.pid!)], [0, false, false]);
});

test("Process.join() resolves to the exit code when the child ended before the call, also a second time", async () => {
  const child = new Process().start();
  await child.sentinel;
  assertEquals([await child.join(), await child.join()], [0, 0]);
  assertEquals([await child.join({ timeout: 0 }), await child.join({ timeout: 50 })], [0, 0]);
});

test("Process.join() resolves every call to the same exit code when several wait at once", async () => {
  await using child = new Process({ target: linger }).start();
  const joins = [child.join(), child.join({ timeout: 20_000 }), child.sentinel];
  child.kill();
  assertEquals(await Promise.all(joins), [-9, -9, -9]);
});

test("Process.join() resolves to null when the timeout comes first, and the child runs on", async () => {
  await using child = new Process({ target: linger }).start();
  const since = performance.now();
  assertEquals(await child.join({ timeout: 100 }), null);
  assert(performance.now() - since >= 95);
  assert(child.isAlive() && isAlive(child.pid!));
});

test("Process.join() resolves to null at once when the timeout is 0 or negative and the child runs", async () => {
  await using child = new Process({ target: linger }).start();
  const since = performance.now();
  for (const timeout of [0, -1, -Infinity]) assertEquals(await child.join({ timeout }), null);
  assert(performance.now() - since < 1_000);
  assert(child.isAlive());
});

test("Process.join() resolves to the exit code when the child ends before the timeout", async () => {
  using folder = new Folder();
  const child = waiting(folder);
  const joined = [child.join({ timeout: 20_000 }), child.join({ timeout: Infinity }), child.join({ timeout: 2 ** 40 })];
  folder.write("go", "");
  assertEquals(await Promise.all(joined), [0, 0, 0]);
});

test("Process.join() rejects with the reason when signal is aborted already, also when the child has ended", async () => {
  await using child = new Process({ target: linger }).start();
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertStrictEquals(await assertRejects(() => child.join({ signal })), reason);
  assert(child.isAlive());
  child.kill();
  await child.join();
  assertStrictEquals(await assertRejects(() => child.join({ signal })), reason);
});

test("Process.join() rejects with the reason when signal is aborted during the call, and the child runs on", async () => {
  await using child = new Process({ target: linger }).start();
  const aborter = new AbortController();
  const reason = { kind: "any value" };
  const joined = child.join({ signal: aborter.signal, timeout: 20_000 });
  await delay(20);
  aborter.abort(reason);
  assertStrictEquals(await assertRejects(() => joined), reason);
  assert(child.isAlive() && isAlive(child.pid!));
});

test("Process.join() takes no notice when signal is aborted after it settled", async () => {
  const aborter = new AbortController();
  const child = new Process().start();
  assertEquals(await child.join({ signal: aborter.signal }), 0);
  aborter.abort();
  assertEquals(await child.join(), 0);
});

test("Process.join() rejects with StateError before start()", async () => {
  const error = await assertRejects(() => new Process().join(), StateError, "call start() first");
  assertEquals(error.state, "not started");
});

test("Process.join() rejects with TypeError when timeout is not a number or signal is no AbortSignal", async () => {
  await using child = new Process({ target: linger }).start();
  for (const wait of [{ timeout: "1" }, { timeout: NaN }, { timeout: null }, { signal: {} }, { signal: null }]) {
    await assertRejects(() => child.join(wait as never), TypeError, "Cannot join process");
  }
});

test("Process.start(), join(), terminate() and kill() throw StateError when the object is that of the running process", async () => {
  const refusals = {
    start: "StateError",
    join: "StateError",
    terminate: "StateError",
    kill: "StateError",
    sentinel: "StateError",
  };
  assertEquals(await told({ target: misuse }), refusals);
  await assertRejects(() => currentProcess().join(), StateError, "a process can only start, join and end its children");
});

test("Process.join() keeps this program running for a daemon too, and when it settles no longer", async () => {
  const { code, stdout } = await run("process/_programs/join_daemon.ts");
  assertEquals({ code, stdout }, { code: 0, stdout: "0\nnull\n" });
});

noLeaks();
