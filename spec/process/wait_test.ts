import { waitStatusToExitCode } from "../../mod.ts";
import { said, says } from "./_fixtures/wait_said.ts";
import { assert, assertEquals, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Lets the child of a program end after the program has, or before, as it is told: whether it was held, and its words. */
async function holding(
  kind: "fork" | "daemon",
  scenario: string,
  isHeld: () => boolean,
): Promise<{ held: boolean; lines: readonly unknown[] }> {
  using folder = new Folder();
  const program = start("process/_programs/wait_holds.ts", { args: [kind, scenario, folder.path] });
  await until(() => program.stdout().includes('"main"\n'), "the end of the module");
  if (isHeld()) await delay(200); // long enough for a program that nothing keeps to end
  else await until(() => !isAlive(program.pid), "the end of the program, which nothing keeps");
  const held = isAlive(program.pid);
  folder.write("b", "");
  const { code, stdout, stderr } = await program.ended;
  assertEquals([code, stderr], [0, ""]);
  return { held, lines: stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line)) };
}

test("wait() resolves to the pid and the status of a child that ended before the call or ends during it: exit code × 256, or the number of the signal that killed it", async () => {
  const statuses = { 0: 0, 3: 768, 255: 65280, 256: 0, SIGKILL: 9, SIGTERM: 15 };
  const lines = ["before", "during"].flatMap((when) =>
    Object.entries(statuses).map(([how, status]) => `${when} ${how} ${status}`)
  );
  await says("takes", "statuses", lines, "turns");
});

test("wait() gives any child, made by fork() or Process, daemon or not", async () => {
  assertEquals(await said("process", "kinds", "fork"), [[[256, 512, 768], "NoChildError"]]);
});

test("wait() gives children in the order in which their ends were seen", async () => {
  await says("takes", "order", ["c 0", "a 0", "d 0", "b 0"], "turns");
});

test("wait() gives a child that was started after the call", async () => {
  await says("takes", "startedLater", ["b 0", "a 0"]);
});

test("wait() rejects with NoChildError when there is no child, at once and also with a timeout, and again when all were taken", async () => {
  await says("takes", "none", [["NoChildError", "NoChildError", "NoChildError"], "a 0", [
    "NoChildError",
    "NoChildError",
  ]]);
});

test("wait() and waitpid() reject with NoChildError in a fork child for the parent's children, also calls that were pending at the fork", async () => {
  await says("takes", "inherited", [Array(4).fill("NoChildError"), true, "a 0"], "turns");
});

test("wait() gives each of several calls another child, first come, first served", async () => {
  await says("takes", "concurrent", [["1: b 0", "2: c 0", "3: a 0"]]);
});

test("wait() rejects with NoChildError for those that still wait when the last child is taken", async () => {
  await says("takes", "tooMany", ["b 0", ["b 0", "a 0", "NoChildError", "NoChildError"]]);
});

test("wait() and waitpid() leave the exit code to the child's Process: exitCode, isAlive(), sentinel and join() know it", async () => {
  await says("process", "known", ["a 768", [3, false, 3, 3, 3], "b 9", [-9, false, -9, -9, -9], "NoChildError"]);
});

test("wait() gives a child whose exitCode, isAlive() and sentinel were asked, or whose join() timed out", async () => {
  await says("process", "askedOnly", [[null, true, null, null], [3, 3, 3, false], "a 768"]);
});

test("wait() never gives a worker of a pool, running, killed or ended: with workers only it rejects with NoChildError, and beside them it gives the program's own children", async () => {
  const lines = [["NoChildError", "NoChildError"], [true, "NoChildError"], ["a 768", "NoChildError", "NoChildError"]];
  await says("process", "pool", lines);
  await says("process", "workersOnly", [["NoChildError", "NoChildError"], ["NoChildError", 0]]);
});

test(
  "wait() and waitpid() give every one of 12 children exactly once when they end together and are waited for in all ways",
  async () => {
    assertEquals(await said("crowd", "mixed", "turns", 12), [[12, "NoChildError", 0]]);
  },
);

test("wait() and waitpid() keep the program running while they wait, for a fork child and a daemon too", async () => {
  const rows = [
    ["fork", "pendingWait", ["main", "b 768"]],
    ["daemon", "pendingWait", ["main", "b 768"]],
    ["daemon", "pendingWaitpid", ["main", "b 768"]],
    ["fork", "abortedOne", ["AbortError", "main", "b 768"]],
  ] as const;
  for (const [kind, scenario, lines] of rows) {
    assertEquals(await holding(kind, scenario, () => true), { held: true, lines });
  }
});

test("wait() and waitpid() keep the program running no longer when they have settled, timed out or been aborted, and fork children alone do not", async () => {
  const rows = [
    ["fork", "nothing", ["main"]],
    ["daemon", "nothing", ["main"]],
    ["fork", "settled", [["a 768", "NoChildError"], "main"]],
    ["daemon", "timedOut", [["TimeoutError", "TimeoutError"], "main"]],
    ["fork", "aborted", [["AbortError", "AbortError", "AbortError"], "main"]],
  ] as const;
  for (const [kind, scenario, lines] of rows) {
    assertEquals(await holding(kind, scenario, () => false), { held: false, lines });
  }
});

test("wait() and waitpid() reject with TimeoutError that carries the timeout when it comes first; the child goes on and its status is not lost", async () => {
  await says("bounds", "timeout", [[100, true, true], [100, true, true], [100, true, true], "a 768"]);
});

test("wait() and waitpid() do not wait when the timeout is 0 or negative: they reject with TimeoutError, or give a child that has ended", async () => {
  await says("bounds", "zero", [...Array(9).fill([true, true, true]), "a 768", "b 768"]);
});

test("wait() and waitpid() give the child when it ends before the timeout, which may be infinite or longer than a timer takes", async () => {
  const lines = [20_000, Infinity, 2 ** 40].flatMap((timeout) => [`${timeout} 0 768`, `${timeout} 1 768`]);
  await says("bounds", "early", lines);
});

test("wait() and waitpid() reject with TypeError when the options are no object, timeout is not a number, signal is no AbortSignal or noHang no boolean, and take nothing", async () => {
  await says("bounds", "kinds", [...Array(42).fill("TypeError"), "a 768"]);
});

test("wait() and waitpid() reject with the reason when signal is aborted already, also when the child has ended or there is none", async () => {
  await says("bounds", "aborted", [...Array(6).fill(true), "a 768", ...Array(3).fill(true)]);
});

test("wait() and waitpid() reject with the reason when signal is aborted during the call; the child goes on and its status is not lost", async () => {
  await says("bounds", "abortedDuring", [[true, "TimeoutError", true], [true, "TimeoutError", true], [
    true,
    "TimeoutError",
    true,
  ], "a 768"]);
});

test("wait() is not served when signal was aborted: the next in line is", async () => {
  await says("bounds", "abortedInLine", [["left", "a 768"], "b 768"]);
});

test("wait() and waitpid() take no notice when signal is aborted after they settled", async () => {
  await says("bounds", "abortedAfter", ["a 768", "b 768", ["a 768", "b 768"]]);
});

test("waitpid() gives that child, and leaves others that ended before it", async () => {
  await says("takes", "chosen", ["b 768", "c 768", "a 768"]);
});

test("waitpid() rejects with NoChildError when the child's status was taken, by wait() or by waitpid()", async () => {
  await says("takes", "again", [["a 0", "NoChildError"], ["b 0", "NoChildError"]]);
});

test("waitpid() gives the child to the first of several calls for the same pid, and rejects the others with NoChildError", async () => {
  await says("takes", "samePid", [["a 0", "NoChildError", "NoChildError"], "b 0"]);
});

test("waitpid() and wait() share one line: who asked first gets the child", async () => {
  await says("takes", "mixed", ["a 0", ["b 0", "NoChildError"], ["c 0", "NoChildError"]]);
});

test("waitpid() rejects with NoChildError for a pid that is no child's: that of init, of the parent, of this process, of nobody", async () => {
  await says("process", "strangers", [
    ["NoChildError", "NoChildError"],
    ["NoChildError", "NoChildError"],
    ["NoChildError", "NoChildError"],
    ["NoChildError", "NoChildError"],
    ["NoChildError", "NoChildError"],
    "a 0",
  ]);
});

test("waitpid() rejects with NoChildError for a child of a child, which its own parent waits for", async () => {
  await says("process", "grandchild", [[true, "NoChildError", "NoChildError"], [
    ["NoChildError", "grandchild 768"],
    "NoChildError",
  ], [true, "NoChildError"]]);
});

test("waitpid() rejects with RangeError for a pid below 1 that is not -1, and with TypeError when it is not a whole number", async () => {
  await says("process", "pids", [
    ...Array(3).fill(["RangeError", "RangeError"]),
    ...Array(9).fill(["TypeError", "TypeError"]),
    "a 0",
  ]);
});

test("waitpid() with noHang gives [0, 0] while the child runs and its status when it has ended, once; with -1 that of any child", async () => {
  await says("takes", "noHang", [[[0, 0], [0, 0], [0, 0]], ["a 768", "NoChildError"], ["b 9", "NoChildError"]]);
});

test("waitpid() with noHang gives the status of a child that ended while no event loop turned", async () => {
  await says("takes", "noHangAfterLoop", ["a 768", "b 768", "c 768"], "turns");
});

test("waitpid() with noHang comes to the status when it is called again and again with nothing else in between", async () => {
  await says("takes", "noHangPolled", [[true, true, 768], [true, true, 768]]);
});

test("waitpid() with noHang leaves a child to those that wait", async () => {
  await says("takes", "noHangBeside", [[0, 0], "a 0"]);
});

test("Process.join() takes the status of a child that ended before the call or ends during it: wait() and waitpid() then reject with NoChildError", async () => {
  await says("process", "joinTakes", [[3, "NoChildError"], [3, "NoChildError"], [3, "NoChildError"]]);
});

test("Process.join() called before wait() and waitpid() takes the child, and wait() goes on to the next or rejects with NoChildError", async () => {
  await says("process", "joinFirst", [[3, "NoChildError"], "b 768", "a 768", "c 768"]);
  await says("process", "joinBeforeLast", [[3, "NoChildError"]]);
});

test("Process.join() called after wait() or waitpid() leaves the child to them and resolves to the exit code as well", async () => {
  await says("process", "waitFirst", [["a 768", "NoChildError", [3, 3]]]);
  await says("process", "waitpidFirst", [["a 768", "NoChildError", 3]]);
});

test("Process[Symbol.asyncDispose]() takes the status of the child, ended by it or before", async () => {
  await says("process", "usingTakes", [["NoChildError", 0], ["NoChildError", 0]]);
});

test("waitStatusToExitCode() gives the exit code, and −N for signal N, also when it left a core", () => {
  const codes = { 0: 0, 256: 1, 768: 3, 65280: 255, 1: -1, 9: -9, 15: -15, 126: -126, 137: -9, 139: -11 };
  for (const [status, code] of Object.entries(codes)) assertEquals(waitStatusToExitCode(Number(status)), code);
  assert(Object.is(waitStatusToExitCode(0), 0));
});

test("waitStatusToExitCode() throws RangeError when the status is not that of a process that has ended: stopped, continued, negative or above 65535", () => {
  for (const status of [127, 255, 4991, 65535, -1, -768, 65536, 65545, 2 ** 40]) {
    assertThrows(() => waitStatusToExitCode(status), RangeError, String(status));
  }
});

test("waitStatusToExitCode() throws TypeError when the status is not a whole number", () => {
  for (const status of [1.5, NaN, Infinity, "768", 768n, null, undefined, true, [768]]) {
    assertThrows(() => waitStatusToExitCode(status as number), TypeError, "whole number");
  }
});

noLeaks();
