import { BootstrapError, fork, processTable } from "../../mod.ts";
import { linesOf, pair, told } from "./_fixtures/family.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { mkdirSync, readdirSync, realpathSync } from "node:fs";

test("fork() leaves nothing of what it tells the child in the environment of that, of its children and of programs that they start", async () => {
  for (const sizes of ["10,10", "300000,10", "300000,3000000", "3000000,10"]) {
    const lines = await told("boot", sizes.split(","));
    assertEquals(lines.filter((line) => line === sizes).length, 2);
    const variables = lines.filter(Array.isArray).sort();
    assertEquals(variables, ["child", "grandchild", "process"].map((who) => [who, [], []]));
  }
});

test("fork() leaves no file when the child is killed before it reads what it is told", async () => {
  using folder = new Folder();
  assertEquals(await told("boot_lost", ["killed"], { env: { TMPDIR: folder.path } }), [9, []]);
});

test("fork() harms nobody when the folder of that file is there no more", async () => {
  using folder = new Folder();
  mkdirSync(folder.at("files"));
  const env = { TMPDIR: folder.at("files") };
  assertEquals(await told("boot_lost", ["killed", "file"], { env }), [9, true]);
});

test("fork() leaves no file when it throws SpawnError, which names the directory when that is gone in which the program started", async () => {
  using folder = new Folder();
  const cwd = `${realpathSync(folder.path)}/start`;
  mkdirSync(cwd);
  mkdirSync(folder.at("files"));
  const [error, files] = await told("boot_lost", ["gone"], { cwd, env: { TMPDIR: folder.at("files") } });
  assertMatch(error, /^SpawnError: Cannot start process: /);
  assert(error.endsWith(`, check the directory ${cwd}`), error);
  assertEquals([files, readdirSync(folder.at("files"))], [[], []]);
});

test("fork() throws SpawnError that names the runtime's binary when that is gone", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/missing_binary.ts", { isCopy: true });
  const [error, children] = linesOf(stdout);
  assertEquals([code, stderr, children], [0, "", []]);
  assertMatch(error, /^SpawnError: Cannot start process: .*, check the runtime's binary$/);
});

test("fork() of several megabytes makes its child although TMPDIR is no folder, or throws SpawnError that says TMPDIR", async () => {
  using folder = new Folder();
  const [said, ...others] = await told("boot_folder", [], { env: { TMPDIR: folder.at("none") } });
  assertEquals(others, []);
  if (said !== 3_000_000) assertMatch(said, /^SpawnError: Cannot start process: .*, set TMPDIR to a folder with room$/);
});

test("fork() goes on where the program has frozen Error or has prepareStackTrace or stackTraceLimit its own way, and leaves them so", async () => {
  for (const way of ["frames", "nothing", "frozen", "limited", "unlimited"]) {
    const [child, parent] = await pair("own_error", [way]);
    assertEquals([child.drawn, child.isAsBefore, parent.isAsBefore], [parent.drawn, true, true], way);
  }
});

test("fork() tells the program's arguments from the runtime's also when the name of the program has no extension", async () => {
  using folder = new Folder();
  const library = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
  folder.write(
    "program",
    `import { fork, wait } from ${library};
if (fork() !== 0) await wait();
console.log(JSON.stringify([typeof gc, process.argv.slice(2)]));`,
  );
  const args = ["--v8-flags=--expose-gc", "--config", "none.json", "--expose-gc", "--preload", "none.js"];
  const lines = await told("bare_name", [folder.path, ...args]);
  assertEquals(lines, Array(2).fill(["undefined", args]));
});

test("fork() throws BootstrapError in a Worker, and makes no child", async () => {
  const [[error, ...tables]] = await told("in_thread");
  assertMatch(error, /^BootstrapError: Cannot fork: this is a thread of its program, .*, fork there or in a Process$/);
  assertEquals(tables, [[], []]);
});

test("fork() throws BootstrapError in a test", () => {
  const { message } = assertThrows(() => fork(), BootstrapError);
  assertMatch(message, /^Cannot fork: a test runner runs this file, .*, fork in a program that the test runs$/);
  assertEquals(processTable(), []);
});

noLeaks();
