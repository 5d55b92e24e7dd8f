import { said, says } from "./_fixtures/wait_said.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("processTable() shows pid, kind, name, state, exitCode and startedAt of a child, and nothing when there are none", async () => {
  const records = (state: string, ...codes: (number | null)[]) => [
    { kind: "process", name: "ant", state, exitCode: codes[0], pid: 0, startedAt: true },
    { kind: "fork", name: "MainProcess", state, exitCode: codes[1], pid: 1, startedAt: true },
  ];
  assertEquals(await said("table", "shape", "fork"), [
    [],
    records("running", null, null),
    records("zombie", 3, -9),
    ["exitCode,kind,name,pid,startedAt,state"],
    [],
  ]);
});

test("processTable() shows children in the order of their start, whatever the order of their ends", async () => {
  await says("table", "order", [
    [0, 1, 2, 3],
    "zombie 3, running null, zombie 3, running null",
    "zombie 3, running null, running null",
    ["running null, running null", "b 768, d 768"],
  ]);
});

test("processTable() shows a child that ended as a zombie until wait(), waitpid(), join() or the end of await using takes it; exitCode, isAlive() and sentinel do not", async () => {
  const lines = ["wait", "waitpid", "noHang", "join", "joinNow", "dispose"].flatMap((name) => [
    [name, "zombie 3", 3, false, 3, "zombie 3"],
    [name, ""],
  ]);
  await says("table", "taken", lines);
});

test("processTable() goes on to show a child as running when waits for it have timed out", async () => {
  await says("table", "timedOut", ["running null", "a 768"]);
});

test("processTable() shows a Process ended by its signal option, terminate() or kill() as a zombie until it is waited for", async () => {
  const ended = [["signal", "zombie", -15], ["terminate", "zombie", -15], ["kill", "zombie", -9]];
  await says("table", "ended", [ended, [[15, 15, 9], []]]);
});

test("processTable() shows the workers of a pool while they run, and no longer when they have ended", async () => {
  await says("table", "workers", [[["worker running null", "worker running null"], true], []]);
});

test("processTable() is empty in a new fork child", async () => {
  await says("table", "inherited", [[], ["running null", "a 0"]], "turns");
});

test("processTable() gives a new array of new records each time", async () => {
  await says("table", "copies", [[true, true, true], "running null", ["running", "zombie 3", "a 768"]]);
});

test(
  "processTable() shows each of 12 zombies with its exit code until it is taken, while the operating system has no zombie and the program no descriptor for them",
  async () => {
    assertEquals(await said("crowd", "zombies", "turns", 12), [[true, 0], [12, true, 1], [12, "NoChildError", []]]);
  },
);

test("processTable() shows zombies that hold no descriptor also when they were given a megabyte each to start with", async () => {
  assertEquals(await said("crowd", "heavy", "process", 12), [[true, 12]]);
});

test(
  "processTable() and the descriptors are as before when 16 forks were made and waited for one after the other",
  async () => {
    assertEquals(await said("crowd", "sequence", "fork", 16), [[16, true, 0]]);
  },
);

noLeaks();
