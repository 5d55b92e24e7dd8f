import { shortageRemedy } from "../../src/runtime/shortage.ts";
import { activeChildren, Process, Queue, SpawnError, StateError } from "../../mod.ts";
import { server } from "../../src/transport/server.ts";
import { say } from "../_support/say.ts";
import { directory, input, preloaded, variables } from "./_fixtures/surroundings.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "../_support/assert.ts";
import { told } from "../_support/children.ts";
import { Folder } from "../_support/folder.ts";
import { children, isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import process from "node:process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lingering } from "./_fixtures/lingering.ts";
import { lookInside } from "./_fixtures/grandchildren.ts";

test("Process.start() returns the object, which is alive at once and has the pid of a process that exists", async () => {
  await using child = lingering();
  assertStrictEquals(child.start(), child);
  assert(isAlive(child.pid!));
  assertEquals([child.isAlive(), child.exitCode, activeChildren().includes(child)], [true, null, true]);
  assertEquals(children().map(({ pid }) => pid), [child.pid]);
});

test("Process.start() throws StateError when the process was started before, also after it has ended", async () => {
  const child = new Process().start();
  const { pid } = child;
  assertEquals(assertThrows(() => child.start(), StateError, "can be started once").state, "started");
  assertEquals(await child.join(), 0);
  assertEquals(assertThrows(() => child.start(), StateError, "Cannot start process").state, "ended");
  assertEquals(child.pid, pid);
});

test("Process.start() passes args, and kwargs as one last argument", async () => {
  assertEquals(await told({ target: say, args: ["a", 2] }), ["a", 2]);
  assertEquals(await told({ target: say, args: ["a"], kwargs: { b: 2 } }), ["a", { b: 2 }]);
  assertEquals(await told({ target: say, kwargs: {} }), [{}]);
});

test("Process.start() adds env to the environment that this process has now", async () => {
  process.env.SPEC_LATE = "late";
  try {
    const args = ["SPEC_LATE", "SPEC_OWN", "PATH"];
    const path = process.env.PATH!;
    assertEquals(await told({ target: variables, args, env: { SPEC_OWN: "a=ü\n" } }), ["late", "a=ü\n", path]);
    assertEquals(await told({ target: variables, args, env: { SPEC_LATE: "own" } }), ["own", null, path]);
  } finally {
    delete process.env.SPEC_LATE;
  }
  assertEquals(await told({ target: variables, args: ["SPEC_LATE"] }), [null]);
});

test("Process.start() leaves no trace of the boot message in the environment of the child", async () => {
  assertEquals(await told({ target: variables, args: ["BROOD_BOOT"] }), [null]);
});

test("Programs that a child starts find nothing of its boot message, in variables or descriptors, however they are started", async () => {
  const queue = new Queue<string>();
  for (const padding of [0, 200_000, 2_000_000]) {
    const args = [queue, "padding-".padEnd(padding, "x")];
    const seen = await told<string[]>({ target: lookInside, args });
    assert(seen.length >= 4 && seen.every((text) => text.includes("PATH=")), `${seen}`);
    for (const text of seen) {
      assert(!/BROOD_BOOT|padding-|"boot"|memfd/.test(text) && !text.includes(server().key), text);
    }
  }
});

test("Process.start() runs the child in the directory cwd, by default in that of this process", async () => {
  using folder = new Folder();
  assertEquals(await told({ target: directory, cwd: folder.path }), realpathSync(folder.path));
  assertEquals(await told({ target: directory }), process.cwd());
});

test("Process.start() runs the child in cwd also when files of the runtime's are named relative to another directory", async () => {
  using folder = new Folder();
  folder.write("settings.json", "{}");
  const library = new URL("../../mod.ts", import.meta.url).href;
  const program = `
    import { Process } from ${JSON.stringify(library)};
    import process from "node:process";
    export function where() { console.log(process.cwd()); }
    if (import.meta.main) console.log(await new Process({ target: where, cwd: "/" }).start().join());
  `;
  const { stdout, stderr } = await run(folder.write("main.ts", program), {
    cwd: folder.path,
    flags: ["--allow-all", "--config", "settings.json"],
  });
  assertEquals([stdout, stderr], ["/\n0\n", ""]);
});

test("Process.start() gives runtimeArgs to the runtime of the child", async () => {
  const path = fileURLToPath(new URL("../_support/preload.js", import.meta.url));
  assertEquals(await told({ target: preloaded, runtimeArgs: ["--preload", path] }), true);
  assertEquals(await told({ target: preloaded }), false);
});

test("Process.start() gives the child an empty standard input, whatever the size of its arguments", async () => {
  for (const size of [1, 300_000]) {
    const empty = { descriptor: 0, stream: 0, padding: size };
    assertEquals(await told({ target: input, args: ["x".repeat(size)] }), empty);
  }
});

test("Process.start() throws SpawnError that names the directory when cwd does not exist, and leaves nothing", () => {
  const child = new Process({ target: say, cwd: "/nowhere/at/all" });
  const error = assertThrows(() => child.start(), SpawnError, "check the directory /nowhere/at/all");
  assertMatch(error.message, /^Cannot start process: /);
  assert(error.command.length > 1 && error.cause instanceof Error);
  assertEquals([child.isAlive(), child.pid, child.exitCode], [false, null, null]);
  assertEquals([activeChildren(), children()], [[], []]);
});

test("Process.start() throws SpawnError when the binary of the runtime is gone", async () => {
  const { stdout } = await run("process/_programs/missing_binary.ts", { isCopy: true });
  assertMatch(stdout, /^SpawnError: Cannot start process: .*check the runtime's binary\n0 children\n$/);
});

test("Process.start() throws SpawnError that says which limit to raise when processes, descriptors or memory are short", () => {
  const said = (cause: unknown) => shortageRemedy(cause) ?? "none";
  for (
    const [code, number, limit] of [["EAGAIN", 11, "ulimit -u"], ["EMFILE", 24, "ulimit -n"], ["ENOMEM", 12, "memory"]]
  ) {
    assertStringIncludes(said(Object.assign(new Error("spawn failed"), { code })), `${limit}`);
    assertStringIncludes(said(new Error(`The system is short (os error ${number})`)), `${limit}`);
  }
  assertEquals(said(new Error("No such file or directory (os error 2)")), "none");
  assertEquals(said(new Error("Not here (os error 110)")), "none");
});

test("Process.start() throws the reason of signal when that is aborted already, and starts nothing", () => {
  const reason = new Error("too late");
  const child = lingering({ signal: AbortSignal.abort(reason) });
  assertStrictEquals(assertThrows(() => child.start()), reason);
  assertEquals([child.isAlive(), child.pid, children()], [false, null, []]);
});

test("Process, pool workers and forks have the main module and the arguments of the program in `process.argv`", async () => {
  const { stdout, stderr } = await run("process/_programs/arguments_of_program.ts", { args: ["one", "--two"] });
  const own = '["arguments_of_program.ts","one","--two"] "arguments_of_program.ts"';
  const lines = ["fork", "main", "pool", "process"].map((who) => `${who} ${own}`);
  assertEquals([stdout.trim().split("\n").sort(), stderr], [lines, ""]);
});

test("Process and Pool run beside a debugger, also functions whose text it keeps as it was written", async () => {
  const env = { BUN_INSPECT: "ws://127.0.0.1:0/spec" };
  const { stdout } = await run("process/_programs/debugged.ts", { env });
  assertEquals(stdout, "0\n[1,true,null]\n");
});

test(
  "Process whose piped output nobody reads waits and does not grow its parent, and all comes in order when it is read",
  async () => {
    const { stdout, stderr } = await run("process/_programs/unread_output.ts", { limit: 60_000 });
    assertEquals([stdout, stderr], ["waits\n200 MiB in order\n0\n", ""]);
  },
  { limit: 60_000 },
);

noLeaks();
