import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** What a program wrote to both outputs. It ends well; it runs once for all cases that look at it. */
const outputOf = once((program, ...args) => outputUnder([], program, ...args));

async function outputUnder(under: readonly string[], program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(`replay/_programs/${program}.ts`, { args, under });
  assertEquals(code, 0, stderr);
  return `${stdout}\n${stderr}`;
}

/** Runs the command after it with both of its outputs at one terminal. No word of it may have an apostrophe. */
const AT_TERMINAL = ["sh", "-c", `for word; do line="$line '$word'"; done; exec script -qec "$line" /dev/null`, "sh"];

/** The same, with both of its outputs at a terminal, or at one file. */
async function outputAt(place: "terminal" | "file", program: string, ...args: string[]): Promise<string> {
  if (place === "terminal") return (await outputUnder(AT_TERMINAL, program, ...args)).replaceAll("\r", "");
  using folder = new Folder();
  await outputUnder(["sh", "-c", 'exec "$@" > "$0" 2>&1', folder.at("output")], program, ...args);
  return folder.read("output");
}

/** How often each way's mark is in an output: `<way before>`, `<way in the child>`, `<way in the parent>`. */
function marks(output: string): Record<string, number[]> {
  const whens = ["before", "in the child", "in the parent"];
  const found: Record<string, number[]> = {};
  for (const [, way, when] of output.matchAll(/<([^<>]+) (before|in the child|in the parent)>/g)) {
    const times = found[way!] ??= [0, 0, 0];
    times[whens.indexOf(when!)]!++;
  }
  return found;
}

/** Each of at least `ways` ways has written once before the fork, and once after it in each process. */
function assertOnce(output: string, ways: number): void {
  const found = marks(output);
  assertEquals(found, Object.fromEntries(Object.keys(found).map((way) => [way, [1, 1, 1]])));
  assert(Object.keys(found).length >= ways, `only ${Object.keys(found)}`);
}

/** Methods that write on every runtime; some write more than these. */
const METHODS = ["log", "info", "debug", "warn", "error", "trace", "dir", "dirxml", "table", "assert", "group"]
  .concat("groupCollapsed", "count", "timeLog", "timeEnd", "taken log", "taken error");

function linesOf(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}

test("fork() lets what every method of console wrote before it appear once, and what they write after it once in each process", async () => {
  const output = await outputOf("output_console");
  assertOnce(output, METHODS.length);
  const found = marks(output);
  assertEquals(METHODS.filter((name) => !(`${name}()` in found)), []);
});

test("fork() lets what was written before it by process.stdout, process.stderr and Node's console appear once, and what they write after it once in each process", async () => {
  assertOnce(await outputOf("output_ways", "process", "awaited"), 12);
});

test("fork() lets what was written before it by the runtime's own standard output and error appear once, and what they write after it once in each process", async () => {
  assertOnce(await outputOf("output_ways", "runtime", "awaited"), 7);
});

test("fork() lets output before it appear once when it goes to a file", async () => {
  assertOnce(await outputAt("file", "output_console"), METHODS.length);
  for (const pace of ["awaited", "under way"]) {
    assertOnce(await outputAt("file", "output_ways", "both", pace), 17);
  }
});

test("fork() lets output before it appear once when it goes to a terminal", async () => {
  assertOnce(await outputAt("terminal", "output_console"), METHODS.length);
  for (const pace of ["awaited", "under way"]) {
    assertOnce(await outputAt("terminal", "output_ways", "both", pace), 17);
  }
});

test("fork() lets output that is under way when it is called appear once", async () => {
  assertOnce(await outputOf("output_ways", "process", "under way"), 11);
  assertOnce(await outputOf("output_ways", "runtime", "under way"), 6);
});

test("fork() lets what a writer has taken and not yet written when it is called appear once, and the child writes on by it", async () => {
  assertOnce(await outputOf("output_kept"), 2);
  assertOnce(await outputAt("file", "output_kept"), 2);
  assertOnce(await outputAt("terminal", "output_kept"), 2);
});

test("fork() lets the last text of a stream that is ended before it appear once, and the stream is ended in the child too", async () => {
  for (const place of ["pipe", "file", "terminal"] as const) {
    const output = place === "pipe" ? await outputOf("output_ended") : await outputAt(place, "output_ended");
    const lines = linesOf(output);
    assertEquals(lines.slice(0, 2), ["first", "last"]);
    const [child, parent, ...more] = lines.slice(2).sort();
    assertEquals([child?.replace("child", "parent"), more], [parent, []]);
    assertMatch(parent!, /^parent: (true|false)$/);
  }
});

test("fork() loses and repeats nothing of 400 KiB that are written at once before it and after it", async () => {
  for (const place of ["pipe", "file", "terminal"] as const) {
    const output = place === "pipe" ? await outputOf("output_large") : await outputAt(place, "output_large");
    // What goes on at the same time may be cut anywhere: letters count, lines do not.
    const sizes = Object.fromEntries(
      ["a", "b", "c", "d", "e", "f"].map((each) => [each, output.split(each).length - 1]),
    );
    const size = 400 * 1023;
    assertEquals(sizes, { a: size, b: 2 * size, c: size, d: size, e: size, f: size });
  }
});

test("fork() lets each process of forks in forks write what comes after its own fork, and nothing of what came before", async () => {
  const paths = ["p", "c"].flatMap((one) => [
    one,
    ...["p", "c"].flatMap((two) => [one + two, `${one}${two}p`, `${one}${two}c`]),
  ]);
  assertEquals(linesOf(await outputOf("output_nested")).sort(), [...paths, "start"].sort());
});

test("fork() lets what a Process wrote before it appear once", async () => {
  const ways = ["", ", by a stream"];
  const expected = ["before", "child", "parent"].flatMap((who) => ways.map((way) => who + way));
  assertEquals(linesOf(await outputOf("output_in_process")).sort(), [...expected, "main"].sort());
});

test("fork() lets what was written inside of snapshot() before it appear once", async () => {
  const lines = linesOf(await outputOf("output_snapshot"));
  assertEquals(lines.slice(0, 4), ["synchronous", "group of the snapshot", "asynchronous", "called back"]);
  assertEquals(lines.slice(4).sort(), ["child 3", "parent 3"]);
});

test("fork() lets an error appear that is thrown after it and not caught, in each process", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/output_uncaught.ts");
  assertEquals([code, stdout], [1, "256\n"]);
  assertEquals(stderr.match(/^before$/gm), ["before"]);
  const shown = Array.from(stderr.matchAll(/RangeError: (thrown in the \w+)/g), ([, message]) => message);
  assertEquals(shown, ["thrown in the child", "thrown in the parent"]);
});

test("fork() lets writing before it give the child what it gave the parent: numbers of bytes, promises of them, callbacks", async () => {
  for (const set of ["process", "runtime"]) {
    for (const pace of ["awaited", "under way"]) {
      const output = await outputOf("output_ways", set, pace);
      const told = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      assertEquals(told.map(({ who }) => who), ["in the child", "in the parent"]);
      const [child, parent] = told;
      assertEquals(child.gave, parent.gave);
      const gave = Object.values(parent.gave);
      if (set === "process") assert(gave.includes(true) && gave.includes("called back"), JSON.stringify(gave));
      else assert(gave.filter((value) => Number(value) > 20).length >= 4, JSON.stringify(gave));
    }
  }
});

test("fork() lets the groups, counts and timers of the console go on in the child", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/output_console_state.ts");
  assertEquals(code, 0);
  for (const output of [stdout, stderr]) {
    const [, child, parent] = output.replace(/\d[\d.]* ?m?s\b/g, "TIME").split(/^ *# \w+\n/m);
    assertEquals(child, parent);
  }
  const [, child] = stdout.split(/^ *# child\n/m);
  const counts = child!.split(/^ *# parent\n/m)[0]!.match(/^\w+: \d+$/gm);
  assertEquals(counts, ["default: 2", "kept: 3", "reset: 1", "new: 1", "kept: 1", "default: 1"]);
  assertMatch(child!, /^ +in two groups?\n|^ +in all groups\n/m);
  const timers = `${stdout}\n${stderr}`.match(/^.*\b(default|1|ended)\b.*\d[\d.]*ms|\d[\d.]*ms.*$/gm);
  assertEquals(timers?.length, 1 + 2 * 3);
});

test("fork() leaves the child the console's own methods, and those that the program put in their place or took before it", async () => {
  const lines = linesOf(await outputOf("output_replaced"));
  const own = (who: string) => [
    `replaced: ${who}`,
    `own count of ${who}`,
    `taken, ${who}`,
    "taken: 2",
    `put back, ${who}`,
    "replaced: true",
  ];
  const before = ["taken: 1", "replaced: before", "own count of before"];
  assertEquals(lines, [...before, ...own("child"), ...own("parent")]);
});

test("fork() lets the ForkError of a child that goes another way appear, and nothing that this child wrote", async () => {
  for (const place of ["pipe", "file", "terminal"] as const) {
    using folder = new Folder();
    const args = ["output_astray", folder.at("flag")] as const;
    const [, ...lines] = linesOf(place === "pipe" ? await outputOf(...args) : await outputAt(place, ...args)).sort();
    assertEquals(lines.slice(-2), ["before", "before, by a stream"]);
    assertMatch(lines[0]!, /^ForkError: Cannot fork: child \d+ did not come to fork\(\) at .*output_astray\.ts/);
    assertEquals(lines.length, 3);
  }
});

noLeaks();
