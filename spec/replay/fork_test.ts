import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, isAlive, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import type { ForkOptions } from "../../mod.ts";
import { family, linesOf, pair, shape, told } from "./_fixtures/family.ts";
import type { Rights } from "../process/_fixtures/rights.ts";
import { mkdirSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

test("fork() returns 0 in the child and the child's pid in the parent, and both run the rest of the program once", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/once.ts");
  const [one, other, codes] = linesOf(stdout);
  assertEquals([code, stderr, stdout.split("\n").length], [0, "", 4]);
  const [parent, child] = one.forks[0] === 0 ? [other, one] : [one, other];
  assertEquals([child.forks, parent.forks, codes], [[0], [child.pid], { codes: { [child.pid]: 0 } }]);
  assertNotEquals(child.pid, parent.pid);
});

test("fork() gives the child an id of its own: getpid() is what the parent got, getppid() the parent's id", async () => {
  const [parent, child] = await family("once");
  assertEquals([parent!.forks[0], parent!.os], [child!.pid, parent!.pid]);
  assertEquals([child!.ppid, child!.os], [parent!.pid, child!.pid]);
});

test("fork() leaves what getpid() gave before it as it was, in the child too", async () => {
  const [parent, child] = await family("once");
  assertEquals([parent!.before, child!.before], [parent!.pid, parent!.pid]);
});

test("fork() called several times in a row makes a child at each call", async () => {
  assertEquals((await family("shapes", "row")).map(shape), ["+++", "++0", "+0", "0"]);
});

test("fork() in both branches of a fork makes a child in each", async () => {
  assertEquals((await family("shapes", "branches")).map(shape), ["++", "+0", "0+", "00"]);
});

test("fork() in a loop of n rounds makes 2^n processes, each of which runs the rest once", async () => {
  const shapes = (await family("shapes", "loop")).map(shape);
  assertEquals(shapes, ["+++", "++0", "+0+", "+00", "0++", "0+0", "00+", "000"]);
});

test("fork() in a fork child makes a grandchild, and so on: each one's getppid() is the one before", async () => {
  const line = await family("shapes", "chain");
  assertEquals(line.map(shape), ["+", "0+", "00+", "000"]);
  assertEquals(line.slice(1).map(({ ppid }) => ppid), line.slice(0, -1).map(({ pid }) => pid));
});

test("fork() in an async function, after timers and promises, and in a timer's callback goes on from there", async () => {
  assertEquals((await family("shapes", "awaits")).map(shape), ["++", "+0", "0+", "00"]);
  assertEquals((await family("shapes", "timer")).map(shape), ["+", "0"]);
});

test("fork() in a module that the main module imports makes a child that evaluates the main module next", async () => {
  assertEquals((await family("imported")).map(shape), ["++", "+0", "0+", "00"]);
});

test("fork() after a wait() on whose result the program branched takes the child along the same branch", async () => {
  assertEquals((await family("shapes", "waited")).map(shape), ["++", "+0"]);
});

test("fork() goes on after a process and a pool were used and closed", async () => {
  const all = await told("after_others");
  const pairs = all.filter(({ forks }) => forks !== undefined).map(({ squares, codes }) => [squares, codes]);
  assertEquals(pairs, [[[1, 4, 9], [0, 0, 0]], [[1, 4, 9], [0, 0, 0]]]);
});

test("fork() makes a child that has processes and pools of its own, and goes on counting where the parent was", async () => {
  const all = await told("after_others");
  const [child, parent] = [true, false].map((is) => all.find(({ forks }) => forks && (forks[0] === 0) === is));
  assertEquals([child.cubes, child.process, parent.process], [[16, 25], "Process-3", "Process-3"]);
  const theirs = all.find(({ label }) => label === "child's");
  assertEquals(theirs, { label: "child's", name: "Process-3", ppid: child.pid, parent: child.pid });
});

test("fork() in a Process makes a child that runs the same target, with the same arguments, from there on", async () => {
  const lines = await told("in_process");
  const { child: pid } = lines.find(({ child, code }) => child !== undefined && code === 0);
  const [one, other] = lines.filter(({ args }) => args?.[0] === "a");
  const [parent, child] = one.pid === pid ? [one, other] : [other, one];
  assertEquals([parent.forks, child.forks, child.ppid, child.before], [[child.pid], [0], pid, pid]);
  assertEquals([parent.args, child.args], [["a", { b: [1] }], ["a", { b: [1] }]]);
  assertEquals([child.name, child.parent], ["Process-1", { pid, name: "Process-1" }]);
});

test("fork() in a Process makes a child that ends with 0 when the target returns, whatever timers are set", async () => {
  const lines = await told("in_process");
  const child = lines.find(({ args, forks }) => args?.[0] === "a" && forks[0] === 0);
  assertEquals(lines.filter(({ codes }) => codes !== undefined && child.pid in codes), [{ codes: { [child.pid]: 0 } }]);
  assertEquals(lines.length, 8);
});

test("fork() in run() of a subclass of Process gives the child the object of the subclass with its fields", async () => {
  const lines = await told("in_process");
  const [one, other] = lines.filter(({ args }) => args?.[0] === "bee");
  assertEquals([one.args, other.args], [["bee", true, true], ["bee", true, true]]);
  assertEquals([one.name, other.name], ["Forking-2", "Forking-2"]);
  assertEquals([one.forks[0], other.forks[0]].toSorted()[0], 0);
});

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

test("fork() runs the code before it again in the child: without snapshot() that has a token of its own", async () => {
  const { stdout } = await run("replay/_programs/token_twice.ts");
  const tokens = new Map(stdout.trim().split("\n").map((line) => line.split(" ") as [string, string]));
  assertEquals([tokens.size, tokens.get("parent")!.length, tokens.get("child")!.length], [2, 36, 36]);
  assertNotEquals(tokens.get("child"), tokens.get("parent"));
});

test("fork() makes a child that ends with 1 and ForkError on standard error when code before the fork fails there", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await run("replay/_programs/token_twice.ts", { args: [folder.at("token")] });
  assertEquals(stdout, `parent ${folder.read("token")} 256\n`);
  assertMatch(
    stderr,
    /ForkError: Cannot fork: child \d+ did not come to fork\(\) at .*token_twice\.ts:10:\d+: it ended.*snapshot\(\)\n/,
  );
  assertStringIncludes(stderr, "inside snapshot()");
});

const ALL: Rights = { read: true, write: true, env: true, sys: true, run: true, net: true };
const NONE: Rights = { read: false, write: false, env: false, sys: false, run: false, net: false };

/** What a fork child of a program with these flags may do; before that, an error that fork() threw. */
async function rights(folder: Folder, flags: string[], options: ForkOptions = {}): Promise<unknown[]> {
  folder.write("there", "");
  return await told("rights", [folder.path, JSON.stringify(options)], { flags });
}

/** The rights where there are permissions; everything is allowed where there are none. */
function given(some: Partial<Rights>): Rights {
  return hasPermissions ? { ...NONE, ...some } : ALL;
}

test("fork() gives the child the permissions that its parent holds whole, and no others", async () => {
  using folder = new Folder();
  const { path } = folder;
  const cases: [flags: string[], rights: Partial<Rights>][] = [
    [["--allow-all"], ALL],
    [["--allow-run"], { run: true }],
    [["--allow-run", "--allow-read", "--allow-env"], { run: true, read: true, env: true }],
    [["--allow-run", `--allow-read=${path}`, `--allow-write=${path}`], { run: true }],
    [["--allow-run", "--allow-read", "--deny-read=/etc/hostname", "--allow-net"], { run: true, net: true }],
  ];
  for (const [flags, some] of cases) assertEquals(await rights(folder, flags), [given(some)], flags.join(" "));
});

test('fork() gives the child the permissions that are named, none with "none"', async () => {
  using folder = new Folder();
  const flags = ["--allow-run", "--allow-env", `--allow-read=${folder.path}`];
  const permissions = { read: [folder.path], env: true };
  assertEquals(await rights(folder, flags, { permissions }), [given({ read: true, env: true })]);
  assertEquals(await rights(folder, ["--allow-all"], { permissions: "none" }), [given({})]);
});

test("fork() throws SpawnError when the child would get more than its parent has, and can be called again", async () => {
  using folder = new Folder();
  const flags = ["--allow-run", "--allow-env", `--allow-read=${folder.path}`];
  const cases: [options: ForkOptions, refusal: string][] = [
    [
      { permissions: { net: true } },
      "it would get --allow-net, which this process does not have itself, run with --allow-net or ask for less",
    ],
    [
      { permissions: { read: ["/etc"] } },
      "it would get --allow-read=/etc, which this process does not have itself, run with --allow-read=/etc or ask for less",
    ],
    [{ runtimeArgs: ["--allow-read"] }, "--allow-read among runtimeArgs is a permission, use the permissions option"],
  ];
  for (const [options, refusal] of hasPermissions ? cases : []) {
    const refused = `SpawnError: Cannot start process: ${refusal}`;
    assertEquals(await rights(folder, flags, options), [refused, given({ run: true, env: true })]);
  }
  if (!hasPermissions) assertEquals(await rights(folder, flags, cases[0]![0]), [ALL]);
});

test("fork() makes a child that reads before the fork what its parent may read in part, when that is named", async () => {
  using folder = new Folder();
  folder.write("there", "text");
  const options = JSON.stringify({ permissions: { read: [folder.path] } });
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  assertEquals(await told("reads", [folder.path, options], { flags }), ["text", [0]]);
});

test("fork() makes a child that ends with 1 and ForkError naming the permissions option when that is not named and refused before the fork", async () => {
  using folder = new Folder();
  folder.write("there", "text");
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  const { stdout, stderr } = await run("replay/_programs/reads.ts", { args: [folder.path, "{}"], flags });
  if (!hasPermissions) return assertEquals([linesOf(stdout), stderr], [["text", [0]], ""]);
  assertEquals(linesOf(stdout), [[1]]);
  assertMatch(
    stderr,
    /ForkError: Cannot fork: child \d+ .*reads\.ts:.*Requires read access.*fork\(\{ permissions: /,
  );
});

test("fork() throws SpawnError that says --allow-run when the program may not run others, and makes no child", async () => {
  const lines = await told<string>("unallowed", [], { flags: [] });
  if (!hasPermissions) return assertEquals(lines.toSorted(), ["child", "parent"]);
  assertEquals(lines.slice(1), [[]] as never);
  assertMatch(lines[0]!, /^SpawnError: Cannot start process: .*, run with --allow-run$/);
});

test("fork() gives runtimeArgs to the runtime of the child", async () => {
  const path = fileURLToPath(new URL("../_support/preload.js", import.meta.url));
  const [child, parent] = await pair("runtime_args", [JSON.stringify(["--preload", path])]);
  assertEquals([child.preloaded, parent.preloaded], [true, false]);
});

test("fork() throws TypeError when an option is of the wrong kind, and makes no child", async () => {
  const lines = await told("refused");
  const [none, permissions, runtimeArgs] = [0, 2, 4].map((at) => lines.slice(at, at + 2));
  assertEquals(none, Array(2).fill("TypeError: Cannot fork: the argument is not an object of options"));
  assertEquals(permissions, Array(2).fill(`TypeError: Cannot fork: permissions is not "inherit", "none" or an object`));
  assertEquals(runtimeArgs, Array(2).fill("TypeError: Cannot fork: runtimeArgs is not an array of strings"));
  const read = "TypeError: Cannot fork: permissions.read is not a boolean or an array of strings";
  assertEquals(lines.slice(6, 9), [none![0], read, read]);
  assertEquals(lines.at(-1), []);
});

test("fork() throws ForkError in the function of snapshot()", async () => {
  const [first, second] = (await told<string>("refused")).slice(9, 11);
  assertMatch(
    first!,
    /^ForkError: Cannot fork: snapshot\(\) runs its function in one process only, fork outside of it$/,
  );
  assertEquals(second, first);
});

test("fork() throws ForkError in a pool's task", async () => {
  const lines = await told<string>("refused");
  assertMatch(
    lines[11]!,
    /^ForkError: Cannot fork: it is called in a pool's task, .*, fork in the program or in a Process$/,
  );
});

test("fork() throws BootstrapError when the program comes from eval or standard input", async () => {
  const library = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
  const text = `import { fork } from ${library}; try { fork(); } catch (error) { console.log(String(error)); }`;
  for (const ran of [run(text, { isText: true }), run("-", { input: text })]) {
    const { code, stdout, stderr } = await ran;
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^BootstrapError: Cannot fork: the program comes from .*, put it in a file and run that\n$/);
  }
});

test("fork() throws BootstrapError that shows the guard when a Process imports the module that forks", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/no_guard.ts");
  const lines = linesOf(stdout);
  assertEquals([code, lines.at(-1).code], [0, 1]);
  assertEquals(lines.filter(({ evaluated }) => evaluated).length, 2);
  assertMatch(stderr, /^Process Process-1:\nBootstrapError: Cannot fork: [^]*\n {4}if \(import\.meta\.main\) \{\n/);
});

noLeaks();
