import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { linesOf, told } from "./_fixtures/family.ts";

test("fork() makes a child that runs although its parent is in a synchronous loop", async () => {
  for (const size of ["1", "200000", "700000"]) {
    using folder = new Folder();
    assertEquals(await told("spin", [folder.path, size]), [true, [0]]);
  }
});

test("fork() makes a child that runs on when its parent exits directly after it", async () => {
  using folder = new Folder();
  const parent = start("replay/_programs/orphan.ts", { args: [folder.path, "exit"] });
  await until(() => folder.has("began") && !isAlive(parent.pid), "only the child is there");
  folder.write("go", "");
  const { code, stdout, stderr } = await parent.ended;
  const [{ pid, ...orphan }] = linesOf(stdout);
  assertEquals([code, stderr, orphan], [3, "", { isOrphan: true, parentIsAlive: false }]);
  assertNotEquals(pid, parent.pid);
});

test("fork() makes a child that does not keep its parent, and lives on when the parent has nothing more to do", async () => {
  await orphaned("return", null);
});

test("fork() makes a child that lives on when its parent throws or is killed", async () => {
  const ends = [["throw", null], ["reject", null], ["wait", "SIGTERM"], ["wait", "SIGKILL"], [
    "wait",
    "SIGINT",
  ]] as const;
  await Promise.all(ends.map(([end, signal]) => orphaned(end, signal)));
});

async function orphaned(end: string, signal: NodeJS.Signals | null): Promise<void> {
  using folder = new Folder();
  const parent = start("replay/_programs/orphan.ts", { args: [folder.path, end] });
  await until(() => parent.stdout().includes("\n"), "the child has begun");
  const [{ child }] = linesOf(parent.stdout());
  if (signal !== null) parent.kill(signal);
  await until(() => !isAlive(parent.pid), "the parent has ended");
  assert(isAlive(child));
  folder.write("go", "");
  assertEquals(linesOf((await parent.ended).stdout)[1], { pid: child, isOrphan: true, parentIsAlive: false });
}

test("fork() makes a child that ends with 0 when its event loop runs dry, and with n by exit(n)", async () => {
  assertEquals(await told("ends", ["dry"]), ["dry", [0]]);
  assertEquals(await told("ends", ["exit"]), [[7]]);
  assertEquals(await told("ends", ["exitCode"]), [[8]]);
});

test("fork() makes a child that ends with 1 and the error on standard error when nobody catches it", async () => {
  for (const end of ["throw", "reject", "later"]) {
    const { code, stdout, stderr } = await run("replay/_programs/ends.ts", { args: [end] });
    assertEquals([code, stdout], [0, "[1]\n"]);
    assertStringIncludes(stderr, "RangeError: the child breaks");
    assert(!stderr.includes("ForkError"), stderr);
  }
});

noLeaks();
