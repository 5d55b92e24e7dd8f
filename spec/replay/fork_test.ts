import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { checkFamily, linesOf, shape, type Told, told as toldNow } from "./_fixtures/family.ts";

// deno-lint-ignore no-explicit-any
const told: (...words: string[]) => Promise<any[]> = once((program, ...args) => toldNow(program, args));

/** The family of forked processes that a program makes, sorted by their forks. */
async function family(...words: string[]): Promise<Told[]> {
  return checkFamily(await told(...words));
}

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

test("fork() throws TypeError when an option is of the wrong kind, and makes no child", async () => {
  const lines = await told("refused");
  const [none, permissions, runtimeArgs] = [0, 2, 4].map((at) => lines.slice(at, at + 2));
  const objects = "TypeError: Cannot fork: the options are not an object";
  assertEquals(none, [
    `${objects}, did you mean { permissions: 5 }?`,
    `${objects}, pass one such as { permissions: … }`,
  ]);
  assertEquals(permissions, Array(2).fill(`TypeError: Cannot fork: permissions is not "inherit", "none" or an object`));
  assertEquals(runtimeArgs, Array(2).fill("TypeError: Cannot fork: runtimeArgs is not an array of strings"));
  const read = "TypeError: Cannot fork: permissions.read is not a boolean or an array of strings";
  assertEquals(lines.slice(6, 9), [none![1], read, read]);
  assertEquals(lines.at(-1), []);
});

test("fork() throws ForkError in the function of snapshot()", async () => {
  const [first, second] = ((await told("refused")) as string[]).slice(9, 11);
  assertMatch(
    first!,
    /^ForkError: Cannot fork: snapshot\(\) runs its function in one process only, fork outside of it$/,
  );
  assertEquals(second, first);
});

test("fork() throws ForkError in a pool's task", async () => {
  const lines = await told("refused") as string[];
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
