import { activeChildren, cpuCount, currentProcess, getpid, getppid, parentProcess, Process } from "../../mod.ts";
import { descend, identify, nest, nothing } from "../_support/identity.ts";
import { linger } from "../_support/lingers.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertStrictEquals } from "../_support/assert.ts";
import { outcome, told } from "../_support/children.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import process from "node:process";

interface Identity {
  name: string;
  pid: number;
  daemon: boolean;
  exitCode: number | null;
  isAlive: boolean;
  getpid: number;
  getppid: number;
  parent: { pid: number; name: string; isAlive: boolean };
  joined: boolean;
  children: number;
}

function identityOf(child: Process): Promise<Identity> {
  return told<Identity>(child);
}

let plain: Promise<Identity> | undefined;

/** What a child says that was given nothing but a target; several cases ask the same one. */
function identityOfPlain(): Promise<Identity> {
  plain ??= identityOf(new Process({ target: identify, stdout: "piped" }));
  return plain;
}

test("getpid() gives the id of this process, in a child what Process.pid says", async () => {
  assertEquals(getpid(), process.pid);
  const child = new Process({ target: identify, stdout: "piped" });
  const { getpid: theirs } = await identityOf(child);
  assertEquals(theirs, child.pid);
  assertNotEquals(theirs, getpid());
});

test("getppid() gives the id of the parent", async () => {
  assertEquals(getppid(), process.ppid);
  assertEquals((await identityOfPlain()).getppid, getpid());
});

test("currentProcess() is MainProcess in the first process: alive, no daemon, always the same object", () => {
  const own = currentProcess();
  assertStrictEquals(currentProcess(), own);
  assertEquals([own.name, own.pid, own.daemon, own.exitCode, own.isAlive()], [
    "MainProcess",
    getpid(),
    false,
    null,
    true,
  ]);
  own.close();
  assertEquals([currentProcess(), own.isAlive()], [own, true]);
});

test("currentProcess() has in a child the name, the pid and the daemon flag that its parent gave", async () => {
  for (const daemon of [false, true]) {
    const child = new Process({ target: identify, name: "ant", daemon, stdout: "piped" });
    const { name, pid, daemon: flag, exitCode, isAlive } = await identityOf(child);
    assertEquals([name, pid, flag, exitCode, isAlive], ["ant", child.pid, daemon, null, true]);
  }
});

test("currentProcess() has in a child the name that was set before start()", async () => {
  const child = new Process({ target: identify, stdout: "piped" });
  child.name = "bee";
  assertEquals((await identityOf(child)).name, "bee");
});

test("parentProcess() is null in the first process", () => {
  assertEquals(parentProcess(), null);
});

test("parentProcess() gives in a child pid and name of its parent, which is alive", async () => {
  const { parent } = await identityOfPlain();
  assertEquals(parent, { pid: getpid(), name: "MainProcess", isAlive: true });
});

test("parentProcess().join() resolves to false when the timeout comes before the end of the parent", async () => {
  assertEquals((await identityOfPlain()).joined, false);
});

test("Process.name is Process-N:M for the M-th child of Process-N", async () => {
  const child = new Process({ target: nest, stdout: "piped" });
  const [, number] = child.name.split("-");
  const names = (await told<{ name: string }[]>(child)).map(({ name }) => name);
  assertEquals(names, [`Process-${number}:1`, `Process-${number}:2`]);
});

test("Process.daemon is by default that of the process that makes it", async () => {
  for (const daemon of [false, true]) {
    const made = await told<{ daemon: boolean; exitCode: number }[]>({ target: nest, daemon });
    assertEquals(made.map(({ daemon, exitCode }) => [daemon, exitCode]), [[daemon, 0], [daemon, 0]]);
  }
});

test("Process starts children of children to any depth up to 12", async () => {
  assertEquals(await outcome({ target: descend, args: [2] }), { code: 0, stdout: "deepest\n", stderr: "" });
  const { code, stderr } = await outcome({ target: descend, args: [20] });
  assertEquals(code, 1);
  assertMatch(stderr, /BootstrapError: Cannot start process: this process lies 12 generations deep/);
});

test("activeChildren() lists the processes that were started and have not ended, as a new array each time", async () => {
  await using first = new Process({ target: linger });
  await using second = new Process({ target: linger });
  assertEquals(activeChildren(), []);
  first.start();
  second.start();
  const before = activeChildren();
  assertEquals(before, [first, second]);
  before.pop();
  assertEquals(activeChildren(), [first, second]);
  first.kill();
  await first.join();
  assertEquals(activeChildren(), [second]);
});

test("activeChildren() is empty in a child that has started none", async () => {
  await using sibling = new Process({ target: linger }).start();
  assert(sibling.isAlive());
  assertEquals((await identityOf(new Process({ target: identify, stdout: "piped" }))).children, 0);
});

test("activeChildren() no longer lists a process when its sentinel has settled", async () => {
  const child = new Process({ target: nothing }).start();
  await child.sentinel;
  assert(!activeChildren().includes(child));
});

test("cpuCount() is a whole number above 0", () => {
  assert(Number.isInteger(cpuCount()) && cpuCount() > 0);
});

test("cpuCount() is what BROOD_CPU_COUNT says when that is a whole number above 0", async () => {
  const said = await run("process/_programs/cpu_count.ts", { env: { BROOD_CPU_COUNT: "37" } });
  assertEquals(said.stdout, "37\n");
  const counted = cpuCount();
  try {
    for (const value of ["", "0", "-2", "1.5", "many", "NaN"]) {
      process.env.BROOD_CPU_COUNT = value;
      assertEquals(cpuCount(), counted, value);
    }
    process.env.BROOD_CPU_COUNT = "38";
    assertEquals(cpuCount(), 38);
  } finally {
    delete process.env.BROOD_CPU_COUNT;
  }
});

test("cpuCount() ignores BROOD_CPU_COUNT, without a prompt, when reading it is not permitted", async () => {
  const { code, stdout, stderr } = await run("process/_programs/cpu_count.ts", {
    env: { BROOD_CPU_COUNT: "37" },
    flags: ["--deny-env"],
  });
  const { hasPermissions } = await import("../_support/system.ts");
  assertEquals([code, stdout, stderr], [0, hasPermissions ? `${cpuCount()}\n` : "37\n", ""]);
});

test("cpuCount() counts only the processors that this process may run on", async () => {
  assertEquals((await run("process/_programs/cpu_count.ts", { args: ["pinned"] })).stdout, "1\n");
});

noLeaks();
