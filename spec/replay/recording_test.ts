import { readFileSync } from "node:fs";
import { told } from "./_fixtures/replay_tell.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { Folder, scratch } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

type Facts = Record<string, unknown[][]>;

/** What the processes of a program told, and the folder to which they wrote. */
interface Played {
  facts: Facts;
  folder: string;
}

/** Runs a program that ends well and says nothing on standard error; `FOLDER` in its arguments stands for a folder. */
const play = once(async (program, ...words): Promise<Played> => {
  const folder = scratch();
  const args = words.map((word) => word.replace("FOLDER", folder));
  const { code, stdout, stderr } = await run(`replay/_programs/${program}.ts`, { args });
  assertEquals([code, stderr], [0, ""]);
  return { facts: told(stdout), folder };
});

/** What the processes of a program told. */
async function ran(...words: string[]): Promise<Facts> {
  return (await play(...words)).facts;
}

/** Text of a file that they wrote in their folder. */
async function written(name: string, ...words: string[]): Promise<string> {
  return readFileSync(`${(await play(...words)).folder}/${name}`, "utf8");
}

const BELONGS = "it was made before the fork and belongs to the parent: make one of your own";
const INSIDE = "on the way to a fork: what it gave the parent is not known here, put it inside snapshot()";

// --- fork() and wait() ---

test("fork() gives a child up to its own fork what the parent got, and so do wait(), waitpid(), getpid(), getppid() and snapshot()", async () => {
  const { parent, child, status, rest } = await ran("replay_waits", "FOLDER");
  assertEquals(child, parent);
  const [pids, first, second, ...others] = parent![0] as unknown[][];
  const [failed, killed, lasting, own, parents, snapped] = pids!;
  assertEquals(new Set([failed, killed, lasting, own, parents]).size, 5);
  assertEquals([snapped, first, second], [own, [failed, 3 * 256], [killed, 9]]);
  assertEquals([others[0], status![0]![0], rest], [[0, 0], status![0]![1], [[[0]]]]);
});

test("wait() and waitpid() reject up to the fork as they did in the parent: NoChildError, TimeoutError, RangeError and the reason of an abort", async () => {
  const { parent, child } = await ran("replay_waits", "FOLDER");
  const [failed, , lasting, , parents] = parent![0]![0] as unknown[];
  const [late, none, aborted, ...rest] = child![0]!.slice(4) as string[];
  const remedy = "none has ended within";
  assertEquals(late, `TimeoutError: Cannot wait for process ${lasting}: ${remedy} 20 ms, wait longer or end it`);
  assertEquals(none, `TimeoutError: Cannot wait for a child: ${remedy} 0 ms, wait longer or end it`);
  assertMatch(aborted!, /^AbortError: /);
  const noChild = (pid: unknown) =>
    `NoChildError: Cannot wait for process ${pid}: this process has no such child, or its status was taken`;
  assertEquals(rest, [
    { thrown: { reason: "enough" } },
    noChild(failed),
    noChild(parents),
    "RangeError: Cannot wait for process -2: there are no process groups, give a child's pid or -1",
  ] as unknown[]);
  assertEquals(child, parent);
});

test("getpid(), getppid(), wait() and waitpid() are the child's own after the fork", async () => {
  const { after } = await ran("replay_waits", "FOLDER");
  const [isLive, ...rejected] = after![0] as [boolean[], string, string];
  assertEquals(isLive, [true, true, true, true]);
  for (const text of rejected) assertMatch(text, /^NoChildError: .*: this process has no such child/);
});

test("wait() and waitpid() that are pending at the fork reject in the child with NoChildError for who awaits them, and harm nobody else", async () => {
  const { parent, ...children } = await ran("replay_pending", "wait", "FOLDER");
  assertEquals(children["who does not await"], [["nothing"]]);
  const [any, one, ...others] = children["who awaits"]![0] as string[];
  assertMatch(any!, /^NoChildError: Cannot wait for a child: /);
  assertMatch(one!, /^NoChildError: Cannot wait for process \d+: /);
  assertEquals([others, parent], [[], [[[0], true]]]);
});

test("fork() makes a child in which promises settle in the order of the parent", async () => {
  const { parent, child } = await ran("replay_order");
  assertEquals(parent![0]!.toSorted(), ["early", "join", "last", "none", "sentinel", "soon", "timeout"]);
  assertEquals(child, parent);
});

test("fork() in a fork child makes one that gets, up to its fork, what came from the first fork and what came after it", async () => {
  const { first, second, third, end } = await ran("replay_generations");
  const [[facts], [before, own, table]] = [first![0]!, second![0]!];
  assertEquals(before, facts);
  const [name, pid, isPolled, ...ends] = own as [string, number, boolean, ...unknown[]];
  assertEquals([name, isPolled, ends.slice(0, 2), table], ["Process-3", true, [4, 0], [[pid, "process"]]]);
  assertEquals([third, end], [second, [[true, 0]]]);
});

// --- Process ---

test("Process that was made before the fork gives in the child, up to the fork, the pid, exit code, states, records and errors that it gave in the parent", async () => {
  const { parent, child } = await ran("replay_process", "FOLDER");
  const [initial, notJoined, noSentinel, running, ...others] = parent![0]!;
  assertEquals(initial, ["one", false, null, null, false, [], []]);
  assertMatch(`${notJoined} ${noSentinel}`, /StateError: Cannot join .* StateError: Cannot read sentinel /);
  assertEquals((running as unknown[]).slice(3, 6), [null, true, ["one"]]);
  assertEquals(others.slice(-3), [-9, "Process-5", "Process-6"]);
  assertEquals(child, parent);
});

test("Process.isAlive() in a loop answers as often in the child as in the parent", async () => {
  const { parent, child } = await ran("replay_process", "FOLDER");
  const polls = (facts: unknown[]) => facts.find((fact) => (fact as unknown[] | null)?.[0] === "polls") as unknown[];
  assert(polls(parent![0]!)[1] as number > 0);
  assertEquals(polls(child![0]!), polls(parent![0]!));
});

test("Process.start() starts nothing in a child on its way to the fork", async () => {
  assertEquals(await written("began", "replay_process", "FOLDER"), "began\n".repeat(2)); // and a third, which was killed at once
});

test("Process.terminate() signals nobody in a child on its way to the fork", async () => {
  const { parent, end } = await ran("replay_process_after", "FOLDER");
  assertEquals([parent, end], [[[true, ["began", "terminated"]]], [[0]]]);
});

test("Process that was made before the fork throws StateError at every act and question after the fork, whether it was started or not", async () => {
  const { refused, tables, own } = await ran("replay_process_after", "FOLDER");
  const acts = ["start", "pid", "exitCode", "sentinel", "isAlive", "join", "terminate", "kill", "close"];
  const all = [...acts, "set name", "set daemon"];
  assertEquals(
    refused!.map(([name, act]) => [name, act]),
    ["ant", "bee"].flatMap((name) => all.map((act) => [name, act])),
  );
  for (const [name, act, error] of refused!) {
    assertMatch(error as string, /^StateError: Cannot /);
    assertStringIncludes(error as string, `process ${name}: it is the parent's, `);
    if (name === "bee" || act !== "start") assertStringIncludes(error as string, BELONGS);
  }
  assertEquals([tables, own], [[[0, 0]], [["Process-3", null, false]]]);
});

test("Process that was made before the fork has its name and daemon after the fork, and disposing of it does nothing", async () => {
  const { child, parent } = await ran("replay_process_after", "FOLDER");
  assertEquals(child, [["ant", true, null], ["bee", false, null]]);
  assertEquals(parent, [[true, ["began", "terminated"]]]);
});

test("Process.join() and sentinel that are pending at the fork reject in the child with StateError for who awaits them, and harm nobody else", async () => {
  const { parent, ...children } = await ran("replay_pending", "join", "FOLDER");
  const state = "process ant: it is the parent's";
  assertEquals(children, {
    "who awaits": [["join", "await", "join"].map((act) => `StateError: Cannot ${act} ${state}, ${BELONGS}`)],
    "who does not await": [["nothing"]],
  });
  assertEquals(parent, [[[0, 0], 0]]);
});

test("Process.stdout that the parent has read is ForkError for who reads it in the child on its way, StateError after it, and what is read inside snapshot() is there", async () => {
  const { parent, child } = await ran("replay_process_piped");
  const remedy = "the parent has read it, put what is read before a fork inside snapshot()";
  const refusal = `StateError: Cannot read stdout of process ant: it is the parent's, ${BELONGS}`;
  assertEquals(parent, [['["hi"]\n', null, '["hello"]\n', false]]);
  assertEquals(child, [[`ForkError: Cannot read stdout of process ant: ${remedy}`, null, '["hello"]\n', refusal]]);
});

// --- Pool ---

const POOL = ["replay_pool", "FOLDER/began"];

test("Pool that was made before the fork gives ForkError in a child on its way to the fork, and inside snapshot() what it gave", async () => {
  const { parent, child } = await ran(...POOL);
  const [inside, , ends, given] = parent![0] as [unknown, unknown, unknown, [string, unknown][]];
  assertEquals([inside, child![0]![0], child![0]![2]], [[1, 4, 9], [1, 4, 9], ends]);
  assertEquals(given.map(([, value]) => value), [9, 9, [9], [9], [3], [3], [9], [9]]);
  assertEquals(child![0]![3], given.map(([act]) => [act, `ForkError: Cannot ${act} ${INSIDE}`]));
});

test("Pool that was made before the fork calls back, closes and ends nothing in a child on its way to the fork, and starts no workers", async () => {
  const { parent, child, codes, after } = await ran(...POOL);
  const [, called, ends] = parent![0]!;
  assertEquals([called, child![0]![1]], [["value", "value"], []]);
  assertEquals((ends as unknown[]).slice(0, 3), [null, null, null]);
  assertEquals([codes, after, await written("began", ...POOL)], [[[[0]]], [[25]], "began\n".repeat(2)]);
});

test("Pool that was made before the fork throws StateError at every act after the fork, disposing of it does nothing, and the child makes its own", async () => {
  const { refused, disposed, own } = await ran(...POOL);
  assertEquals(refused!.length, 11);
  for (const [act, error] of refused!) {
    assertMatch(error as string, new RegExp(`^StateError: Cannot ${act}`));
    assertMatch(
      error as string,
      /: the pool was made before the fork and belongs to the parent, make one of your own$/,
    );
  }
  assertEquals([disposed, own], [[[null, []]], [[[25]]]]);
});

// --- objects that are made before the fork ---

const SEAM = ["replay_seam", "alike", "FOLDER/log"];

test("createInherited() gives in a child the handle of the parent's object of the same kind and place, and makes nothing until the fork", async () => {
  const { parent, child } = await ran(...SEAM);
  const [handles, isMap] = parent![0]!;
  assertEquals([child![0]!.slice(0, 2), isMap], [[handles, true], true]);
  assertEquals(new Set((JSON.parse(handles as string) as { id?: number }[]).map(({ id }) => id)).size, 4);
  const log = (await written("log", ...SEAM)).trim().split("\n");
  assertEquals(log.slice(0, 4), ["new Queue", "new Lock", "new Queue", "new Queue"]);
  assertEquals(log.filter((line) => line.startsWith("new ")).slice(4), ["new Event", "new Event"]);
});

test("createInherited() of another kind than the parent made there ends the child with ForkError", async () => {
  using folder = new Folder();
  const { stdout, stderr } = await run("replay/_programs/replay_seam.ts", { args: ["astray", folder.at("log")] });
  assertMatch(stderr, /^ForkError: .* was new Lock\(\) at .*, where its parent had called new Queue\(\) at /m);
  assertEquals(told(stdout).child, undefined);
});

test("skipInReplay() does nothing and resolves in a child on its way to the fork, and refuseInReplay() rejects there with ForkError that says snapshot()", async () => {
  const { parent, child } = await ran(...SEAM);
  assertEquals(parent![0]!.slice(2), [[true, null, 7], 7]);
  assertEquals(child![0]!.slice(2), [[true, null, 7], `ForkError: Cannot get from queue ${INSIDE}`]);
  const log = (await written("log", ...SEAM)).trim().split("\n");
  assertEquals(log.slice(4, log.indexOf("child")), ["put", "put", "get", "get", "get"]);
});

test("createInherited(), skipInReplay() and refuseInReplay() are the child's own after the fork", async () => {
  const { after } = await ran(...SEAM);
  const log = (await written("log", ...SEAM)).trim().split("\n");
  assertEquals(after, [[7], [7]]);
  const own = ["new Event", "put", "get"];
  assertEquals(log.slice(log.indexOf("child")), ["child", ...own, "parent", ...own]);
});

noLeaks();
