import { readdirSync } from "node:fs";
import { assert, assertEquals, assertMatch, assertNotEquals } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { type ProgramOptions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Runs a program, and what it leaves running, to the end; it must end well and write no error. Gives its lines. */
async function linesOf(program: string, options: ProgramOptions = {}): Promise<string[]> {
  const { code, signal, stdout, stderr } = await run(`../examples/python/${program}`, options);
  assertEquals({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
  return stdout.trimEnd().split("\n");
}

/** The parts of the one line that fits. */
function partsOf(lines: string[], pattern: RegExp): string[] {
  const found = lines.flatMap((line) =>
    pattern.exec(line)?.slice(1) === undefined ? [] : [pattern.exec(line)!.slice(1)]
  );
  assertEquals(found.length, 1, `${pattern} fits ${found.length} of the lines:\n${lines.join("\n")}`);
  return found[0]!;
}

/** Lines without process ids. */
function anonymous(lines: string[]): string[] {
  return lines.map((line) => line.replace(/\b(process|parent) \d+/g, "$1 N"));
}

/** Starts and ends of the tasks of a pool program. */
function spansOf(lines: string[]): { task: number; start: number; end: number; pid: string }[] {
  return Array.from({ length: 10 }, (_, task) => {
    const start = lines.findIndex((line) => line.startsWith(`task ${task} starts `));
    const end = lines.findIndex((line) => line.startsWith(`task ${task} ends `));
    const pid = /process (\d+)$/.exec(lines[start] ?? "")?.[1] ?? "";
    assert(start !== -1 && start < end, `task ${task} starts and then ends:\n${lines.join("\n")}`);
    assert(lines[end]!.endsWith(`process ${pid}`), `task ${task} ends where it started`);
    return { task, start, end, pid };
  });
}

test("examples/python/fork_returns_twice.ts goes on in the parent with the child's process id and in the child with 0, and what stands before fork() is written once", async () => {
  const lines = await linesOf("fork_returns_twice.ts");
  assertEquals(lines.length, 3);
  assertEquals(lines[0], "before: there is one process");
  assert(lines.includes("child: fork() returned 0"), lines.join("\n"));
  partsOf(lines, /^parent: fork\(\) returned ([1-9]\d*)$/);
});

test("examples/python/identity.ts tells in parent and child who they are and who the other is, and both run its end", async () => {
  const lines = await linesOf("identity.ts");
  const [parent, childOfParent] = partsOf(lines, /^parent: process (\d+), child (\d+)$/) as [string, string];
  const [child, parentOfChild] = partsOf(lines, /^child: process (\d+), parent (\d+)$/) as [string, string];
  assertNotEquals(child, parent);
  assertEquals({ childOfParent, parentOfChild }, { childOfParent: child, parentOfChild: parent });
  for (const pid of [parent, child]) {
    const own = lines.filter((line) => line.includes(`process ${pid}`));
    assertEquals(own.length, 2);
    assertEquals(own[1], `both: process ${pid} runs this line`);
  }
  assertEquals(lines.length, 4);
});

test("examples/python/wait_collects.ts waits for a child that works some rounds, and gets its process id and status", async () => {
  const lines = await linesOf("wait_collects.ts");
  assertEquals(anonymous(lines.filter((line) => !line.endsWith(" waits"))), [
    ...[1, 2, 3, 4, 5].map((round) => `child: process N works, round ${round}`),
    "parent: collected process N, status 0, exit code 0",
    "parent: cleanup complete, children left: 0",
  ]);
  const [parent] = partsOf(lines, /^parent: process (\d+) waits$/);
  const [child] = partsOf(lines, /^child: process (\d+) works, round 5$/);
  assertEquals(partsOf(lines, /^parent: collected process (\d+),/), [child]);
  assertNotEquals(child, parent);
});

test("examples/python/orphan.ts goes on in a child whose parent has ended, and the child sees its getppid() change and ends by itself", async () => {
  using folder = new Folder();
  const lines = await linesOf("orphan.ts", { env: { TMPDIR: folder.path } });
  const [parent] = partsOf(lines, /^parent: process (\d+) ends$/);
  const rounds = lines.filter((line) => line.startsWith("child: round "));
  const seen = rounds.map((line, at) => {
    assert(line.startsWith(`child: round ${at + 1}, parent `), line);
    return line.split(" ").at(-1)!;
  });
  const change = seen.findIndex((ppid) => ppid !== parent);
  assert(change > 0, `the child saw its parent and then another:\n${lines.join("\n")}`);
  assertEquals(seen.slice(0, change), Array(change).fill(parent));
  assertEquals(seen.slice(change), Array(3).fill(seen[change]));
  assert(lines.indexOf(`parent: process ${parent} ends`) < lines.indexOf(rounds[change]!), "first the parent ended");
  assertEquals(lines.at(-1), "child: was adopted, ends by itself");
  assertEquals(lines.length, rounds.length + 2);
  assertEquals(readdirSync(folder.path), [], "nothing is left of what both shared");
});

test("examples/python/zombie.ts shows a child that has ended as a zombie with its exit code until wait() takes it, and the operating system has none", async () => {
  const lines = await linesOf("zombie.ts");
  const [child] = partsOf(lines, /^child: process (\d+) exits with 3$/);
  const [parent, other, known] = partsOf(lines, /^parent: of (\d+) and (\d+) the operating system knows (.*)$/);
  assertNotEquals(child, parent);
  assertEquals({ other, known }, { other: child, known: parent });
  const isRound = (line: string) => line.startsWith("parent: goes on, ");
  const rounds = lines.filter(isRound);
  assertEquals(rounds.pop(), `parent: goes on, process ${child} is zombie, exit code 3`);
  for (const line of rounds) assertEquals(line, `parent: goes on, process ${child} is running, exit code null`);
  assertEquals(lines.filter((line) => line.startsWith("parent: ") && !isRound(line)).slice(1), [
    `parent: collected process ${child}, exit code 3`,
    "parent: children left: 0",
  ]);
});

test("examples/python/globals.ts changes a global variable in parent and child, and each sees only its own change", async () => {
  assertEquals(await linesOf("globals.ts"), ["child: counter=11", "parent: counter=11"]);
});

test("examples/python/snapshot_once.ts draws one number and writes one line for parent and child inside snapshot(), and one for each outside of it", async () => {
  using folder = new Folder();
  const lines = await linesOf("snapshot_once.ts", { env: { TMPDIR: folder.path } });
  const [sharedOfChild, ownOfChild] = partsOf(lines, /^child: shared=([\d.e-]+), own=([\d.e-]+)$/);
  const [sharedOfParent, ownOfParent] = partsOf(lines, /^parent: shared=([\d.e-]+), own=([\d.e-]+)$/);
  assertEquals(sharedOfChild, sharedOfParent);
  assertNotEquals(ownOfChild, ownOfParent);
  assertEquals(lines.slice(2), ["parent: the file says inside, outside, outside"]);
  assertEquals(readdirSync(folder.path), [], "nothing is left of what both shared");
});

test("examples/python/basic_process.ts runs a function in a child process and waits for it", async () => {
  const lines = await linesOf("basic_process.ts");
  assertEquals(anonymous(lines), [
    "parent: process N",
    "parent: starting the child",
    "child: running test in process N",
    "parent: the child has ended with exit code 0",
  ]);
  const [parent] = partsOf(lines, /^parent: process (\d+)$/);
  const [child] = partsOf(lines, /^child: .* process (\d+)$/);
  assertNotEquals(child, parent);
});

test("examples/python/process_parameters.ts passes arguments by position and by name to a child and ends it before it is done", async () => {
  const lines = await linesOf("process_parameters.ts");
  assertEquals(lines.slice(1, 2), ["parent: starting Patient"]);
  assertEquals(lines.at(-1), "parent: Patient was ended, exit code -15");
  const rounds = lines.slice(2, -1);
  assert(rounds.length > 0 && rounds.length < 100, `the child was ended on its way: ${rounds.length}`);
  rounds.forEach((line, at) =>
    assertMatch(line, RegExp(`^child: round ${at + 1}, name=test, age=18, m=20, process \\d+$`))
  );
});

test("examples/python/coordination.ts runs two children at the same time and sees which of them lives", async () => {
  const lines = await linesOf("coordination.ts");
  const [main] = partsOf(lines, /^main: process (\d+)$/);
  const [one, parentOfOne] = partsOf(lines, /^one: process (\d+), parent (\d+)$/);
  const [two, parentOfTwo] = partsOf(lines, /^two: process (\d+), parent (\d+)$/);
  assertEquals([parentOfOne, parentOfTwo], [main, main]);
  assertEquals(partsOf(lines, /^main: Process-1 is process (\d+)$/), [one]);
  assertEquals(partsOf(lines, /^main: WorkerTwo is process (\d+)$/), [two]);
  assertEquals(lines.filter((line) => /alive|done/.test(line)).map((line) => line.replace(/[\d.]+ s$/, "S s")), [
    "main: WorkerTwo alive: true",
    "two: done after S s",
    "main: after joining WorkerTwo, Process-1 alive: true",
    "one: done after S s",
    "main: after joining Process-1, alive: false",
  ]);
});

test("examples/python/subclass.ts runs the method of a subclass in a child with the fields of its object", async () => {
  const lines = await linesOf("subclass.ts");
  assertEquals(anonymous(lines), [
    "main: process N",
    "child: Sleeper-1, process N, parent N",
    "child: slept 200 ms",
    "main: at least 200 ms later: true",
  ]);
  const [main] = partsOf(lines, /^main: process (\d+)$/);
  const [child, parent] = partsOf(lines, /^child: Sleeper-1, process (\d+), parent (\d+)$/);
  assertEquals(parent, main);
  assertNotEquals(child, main);
});

test("examples/python/pool_apply_async.ts hands ten tasks to three workers and waits for all of them after close()", async () => {
  const lines = await linesOf("pool_apply_async.ts");
  assertEquals(lines.length, 22);
  assertEquals(lines[0], "main: all tasks are handed over");
  assertEquals(lines.at(-1), "main: all tasks are done");
  const spans = spansOf(lines);
  const pids = new Set(spans.map(({ pid }) => pid));
  assert(pids.size >= 2 && pids.size <= 3, `ten tasks ran in ${pids.size} processes`);
  for (const { start, pid } of spans) {
    const running = spans.filter((other) => other.start <= start && start < other.end);
    assert(running.length <= 3, `${running.length} tasks run at a time`);
    assertEquals(running.filter((other) => other.pid === pid).length, 1, "one task at a time in a process");
  }
});

test("examples/python/pool_apply.ts runs ten tasks one after the other", async () => {
  const lines = await linesOf("pool_apply.ts");
  const expected = Array.from(
    { length: 10 },
    (_, task) => [`task ${task} starts in process N`, `task ${task} ends in process N`],
  );
  assertEquals(anonymous(lines), [...expected.flat(), "main: all tasks are done"]);
  spansOf(lines);
});

test("examples/python/apply_against_apply_async.ts counts one task at a time with apply() and several with applyAsync()", async () => {
  const [apply, ready, applyAsync, ...rest] = await linesOf("apply_against_apply_async.ts");
  assertEquals([apply, ready, rest.length], ["apply: 1 at a time", "applyAsync: ready at once: false", 0]);
  assertMatch(applyAsync!, /^applyAsync: [23] at a time in [23] processes$/);
});

test("examples/python/callback.ts calls back in the parent when a task has succeeded and when one has failed", async () => {
  const lines = await linesOf("callback.ts");
  assertEquals(lines[0], "main: goes on");
  const [main] = partsOf(lines, /^main: process (\d+)$/);
  const [task, parent] = partsOf(lines, /^task: process (\d+), parent (\d+)$/);
  assertEquals(parent, main);
  assertNotEquals(task, main);
  assertEquals(lines.filter((line) => line.startsWith("task: step")), ["task: step 0", "task: step 1", "task: step 2"]);
  assertEquals(partsOf(lines, /^callback: process (\d+), result completed$/), [main]);
  assertEquals(partsOf(lines, /^errorCallback: process (\d+), RangeError: out of luck$/), [main]);
  assert(
    lines.findIndex((line) => line.startsWith("callback")) > lines.indexOf("task: step 2"),
    "called back after the task",
  );
  assertEquals(lines.at(-1), `main: process ${main}`);
});

test("examples/python/queue_basics.ts fills a queue of three, meets Full in time and at once, and reads it to its end", async () => {
  assertEquals(await linesOf("queue_basics.ts"), [
    "full: false",
    "full: true",
    "not in time: it holds 3",
    "not at once: it holds 3",
    "message 1",
    "message 2",
    "message 3",
    "empty: true",
  ]);
});

test("examples/python/producer_consumer.ts lets one process put and another take what it put, in its order", async () => {
  const letters = ["A", "B", "C"];
  assertEquals(await linesOf("producer_consumer.ts"), [
    ...letters.map((letter) => `producing ${letter}`),
    ...letters.map((letter) => `consumed ${letter}`),
    "all was produced and consumed",
  ]);
});

test("examples/python/queue_in_pool.ts hands a manager's queue to tasks of a pool, of which one writes and one reads", async () => {
  const lines = await linesOf("queue_in_pool.ts");
  const [main] = partsOf(lines, /^main: process (\d+)$/);
  const [writer, parentOfWriter] = partsOf(lines, /^writer: process (\d+), parent (\d+)$/);
  const [reader, parentOfReader] = partsOf(lines, /^reader: process (\d+), parent (\d+)$/);
  assertEquals([parentOfWriter, parentOfReader], [main, main]);
  assert(writer !== main && reader !== main, lines.join("\n"));
  assertEquals(lines.filter((line) => line.startsWith("read ")).join(""), "read Pread yread tread hread oread n");
  assertEquals(lines.at(-1), "done");
});

noLeaks();
