import { assertEquals } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { pair, told } from "./_fixtures/family.ts";
import { mkdirSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

test("fork() makes a child in which import.meta.main is true and the program's arguments are the same", async () => {
  const args = ["one", "two words", "--flag", "-A", "", "ü"];
  for (const { main, args: seen } of await told("once", args)) if (seen) assertEquals([main, seen], [true, args]);
});

test("fork() gives the child the environment as the program had changed it, and no part in later changes", async () => {
  using folder = new Folder();
  const env = { SPEC_SET: "set", SPEC_COUNT: "1", SPEC_GONE: "there" };
  const [child, parent] = await pair("surroundings", [folder.path], { env });
  const seen = ["set", "new", "2", null];
  assertEquals(child, { isChild: true, seen, late: [null, "child's"], own: [] } as never);
  assertEquals(parent, { isChild: false, seen, late: [null, "parent's"], own: [] } as never);
});

test("fork() gives the child the directory into which the program had changed, and no part in later changes", async () => {
  using folder = new Folder();
  const path = realpathSync(folder.path);
  for (const name of ["a", "a/b", "c"]) mkdirSync(folder.at(name));
  const cases: [args: string[], end: string][] = [
    [[], path],
    [["a", "b"], `${path}/a/b`],
    [[`${path}/c`], `${path}/c`],
    [[`${path}/a`, "../c"], `${path}/c`],
  ];
  for (const [args, end] of cases) assertEquals(await told("directory", ["{}", ...args], { cwd: path }), [end, end]);
});

test("fork() gives the child that directory also when the program may read no other", async () => {
  using folder = new Folder();
  const path = realpathSync(folder.path);
  mkdirSync(folder.at("a"));
  const args = [JSON.stringify({ permissions: { read: [path] } }), "a"];
  const options = { cwd: path, flags: ["--allow-run", `--allow-read=${path}`] };
  assertEquals(await told("directory", args, options), [`${path}/a`, `${path}/a`]);
});

test("fork() runs the child by the files of the runtime's own that were named relative to where the program started", async () => {
  using folder = new Folder();
  folder.write("settings.json", "{}");
  mkdirSync(folder.at("a"));
  const path = realpathSync(folder.path);
  const options = { cwd: path, flags: ["--allow-all", "--config", "settings.json"] };
  assertEquals(await told("directory", ["{}", "a"], options), [`${path}/a`, `${path}/a`]);
});

test("fork() leaves standard input to parent and child: each line goes to the one that reads it", async () => {
  const input = "one\ntwo\nthree\n";
  const [child, parent] = await pair("input", ["1"], { input });
  assertEquals([child.first, parent.first, child.next, parent.next], ["one", "one", "two", "three"]);
});

test("fork() leaves standard input to both also when snapshots of several megabytes go to the child", async () => {
  const input = "one\ntwo\nthree\n";
  const [child, parent] = await pair("input", ["3000000"], { input });
  assertEquals([child.next, parent.next], ["two", "three"]);
});

test("fork() hands snapshots of several megabytes over when the parent's event loop turns", async () => {
  const [child, parent] = await pair("input", ["5000000"], { input: "one\n" });
  assertEquals([child.first, child.padding, parent.padding], ["one", 5_000_000, 5_000_000]);
});

test("fork() gives the child memory of its own: what either changes does not change in the other", async () => {
  using folder = new Folder();
  const [child, parent] = await pair("memory", [folder.path]);
  const seen = [[1, 1], { value: 1 }, [1, 1], 2];
  assertEquals([child.seen, child.after], [seen, [[1, 1, 7], { value: 7 }, [1, 7], 9]]);
  assertEquals([parent.seen, parent.after], [seen, [[1, 1, 9], { value: 9 }, [1, 9], 11]]);
});

test("fork() hands the child what snapshot() gave: one token for both, and a file that is made once", async () => {
  using folder = new Folder();
  const { code, stdout, stderr } = await run("../examples/python/fork_token.ts", { args: [folder.at("token")] });
  const token = folder.read("token");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").toSorted(), [`child ${token}`, `parent ${token}`]);
  assertEquals(token.length, 36);
});

test("fork() gives runtimeArgs to the runtime of the child", async () => {
  const path = fileURLToPath(new URL("../_support/preload.js", import.meta.url));
  const [child, parent] = await pair("runtime_args", [JSON.stringify(["--preload", path])]);
  assertEquals([child.preloaded, parent.preloaded], [true, false]);
});

noLeaks();
