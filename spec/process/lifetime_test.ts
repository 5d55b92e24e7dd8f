import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, isAlive, type ProgramOptions, run, type Running, start } from "../_support/system.ts";
import { lines } from "../_support/scratch.ts";
import { noLeaks, test } from "../_support/testing.ts";
import process from "node:process";

interface Ran {
  parent: Running;
  child: number;
}

/** Starts a parent and its daemon, and waits until the daemon runs. */
async function family(
  folder: Folder,
  target: "idle" | "busy",
  options: ProgramOptions,
): Promise<Ran> {
  const args = [folder.path, target, "daemon", "wait", ...options.args ?? []];
  const parent = start("process/_programs/parent.ts", { ...options, args });
  await until(() => folder.has("began"), "the child runs");
  return { parent, child: Number(folder.read("began")) };
}

/** A daemon is gone within a second of its parent's SIGKILL. */
async function bereft(target: "idle" | "busy", options: ProgramOptions): Promise<void> {
  using folder = new Folder();
  const { parent, child } = await family(folder, target, options);
  parent.kill("SIGKILL");
  await until(() => !isAlive(parent.pid), "the parent is gone");
  try {
    await until(() => !isAlive(child), "the daemon is gone", 1_000);
  } catch (error) {
    process.kill(child, "SIGKILL");
    throw error;
  }
  await parent.ended;
}

test("Process runs although its parent lets no event loop turn after start()", async () => {
  for (const size of ["1", "60000", "3000000"]) {
    using folder = new Folder();
    const { stdout, stderr } = await run("process/_programs/spin_after_start.ts", { args: [folder.path, size] });
    assertEquals([stdout, stderr, folder.read("began")], ["seen\n0\n", "", size]);
  }
});

test("Process runs although its parent exits directly after start(), and learns that its parent is gone", async () => {
  using folder = new Folder();
  const { code } = await run("process/_programs/parent.ts", {
    args: [folder.path, "outlive", "plain", "exit at once"],
  });
  assertEquals(code, 3);
  await until(() => folder.has("after"), "the orphan has run to its end");
  assertEquals(JSON.parse(folder.read("after")), { joined: true, isAlive: false, isPpidNew: true });
  await until(() => !isAlive(Number(folder.read("began"))), "the orphan ends");
});

test("Process that is a daemon is gone within a second of its parent also when the system has no setpriv", async () => {
  const options = { env: { PATH: "/nowhere" } };
  await bereft("idle", options);
  await bereft("busy", options);
});

test("Process that is a daemon is gone within a second of its parent also when only the runtime's own binary may be run", async () => {
  const flags = [`--allow-run=${process.execPath}`, "--allow-read", "--allow-write", "--allow-env"];
  const options = { flags, args: ["scoped"] };
  await bereft("idle", options);
  await bereft("busy", options);
});

test("Process that is a daemon ends when its program is loaded again under --watch, also when the system has no setpriv", async () => {
  for (const PATH of [process.env.PATH!, "/nowhere"]) {
    using folder = new Folder();
    const library = new URL("../../mod.ts", import.meta.url).href;
    folder.write("version.ts", "export const version = 0;");
    folder.write("main.ts", watched(library, folder.at("pids")));
    const running = start(folder.at("main.ts"), { runtimeArgs: ["--watch"], env: { PATH } });
    const pids = () => lines(folder.at("pids")).map(Number);
    await until(() => pids().length === 1, "the daemon runs");
    folder.write("version.ts", "export const version = 1;");
    await until(() => pids().length === 2, "the program was loaded again", 20_000);
    await until(() => !isAlive(pids()[0]!), "the daemon of the program before is gone");
    assertEquals(isAlive(pids()[1]!), true);
    running.kill("SIGKILL");
    await running.ended;
    await until(() => !isAlive(pids()[1]!), "the last daemon is gone");
  }
});

/** A program with a daemon, which notes its pid in a file. */
function watched(library: string, file: string): string {
  return `
    import { appendFileSync } from "node:fs";
    import process from "node:process";
    import { Process } from ${JSON.stringify(library)};
    import { version } from "./version.ts";
    export async function wait() {
      appendFileSync(${JSON.stringify(file)}, process.pid + "\\n");
      await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    }
    if (import.meta.main) {
      new Process({ target: wait, daemon: true, name: "of version " + version }).start();
      setInterval(() => {}, 1000);
    }
  `;
}

test("Process exits with 1 and BootstrapError that shows the guard when its module starts a process on import, and no more are started", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await run("process/_programs/no_guard.ts", { env: { SPEC_COUNT: folder.at("count") } });
  assertEquals(stdout, "1\n");
  assertMatch(
    stderr,
    /Process Process-1:\nBootstrapError: Cannot start process: [^]*\n {4}if \(import\.meta\.main\) \{\n/,
  );
  assertEquals(folder.read("count"), "evaluated\n".repeat(2));
});

test("Pool.map() rejects with BootstrapError that shows the guard when its function's module makes a pool on import", async () => {
  using folder = new Folder();
  const { code, stderr } = await run("process/_programs/no_guard_pool.ts", { env: { SPEC_COUNT: folder.at("count") } });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "BootstrapError: Cannot make pool: ");
  assertStringIncludes(stderr, "if (import.meta.main) {");
  const evaluations = folder.read("count").split("\n").length - 1;
  assert(evaluations === 2 || evaluations === 3, `evaluated ${evaluations} times`);
});

test("Process that a module without guard starts after its import begets at most 12 generations", async () => {
  using folder = new Folder();
  const { stderr } = await run("process/_programs/no_guard_later.ts", { env: { SPEC_COUNT: folder.at("count") } });
  assertStringIncludes(stderr, "BootstrapError: Cannot start process: this process lies 12 generations deep");
  assertEquals(folder.read("count"), "evaluated\n".repeat(13));
});

test("Process exits with 1 and the error on standard error when its module throws while the child imports it", async () => {
  const { code, stdout, stderr } = await run("process/_programs/throwing_main.ts");
  assertEquals([code, stdout], [0, "1\n"]);
  assertMatch(
    stderr,
    /^Process ant:\nBootstrapError: Cannot import \S+throwing_main\.ts in a process: RangeError: not to be imported\. .*\nCaused by: RangeError: not to be imported\n[^]*throwing_main\.ts:/,
  );
});

test("Process.start() throws SpawnError that says what to allow when the program may not run others, and else starts", async () => {
  const { code, stdout, stderr } = await run("process/_programs/spawn_refused.ts", { flags: [] });
  assertEquals([code, stderr], [0, ""]);
  if (hasPermissions) {
    assertMatch(stdout, /^SpawnError: Cannot start process: .*, run with --allow-run\ntrue false 0\n$/);
  } else assertEquals(stdout, "0\nfalse false 0\n");
});

noLeaks();
