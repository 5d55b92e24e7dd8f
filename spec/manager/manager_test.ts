import process from "node:process";
import {
  ClosedError,
  ConnectError,
  Manager,
  NoChildError,
  Pool,
  Process,
  processTable,
  SerializationError,
  StateError,
  wait,
} from "../../mod.ts";
import { add } from "../_support/arithmetic.ts";
import { type Counter, Counters } from "./_fixtures/types.ts";
import { addUnder, manage, manageAndLeave, setAndMark, setEach } from "./_fixtures/ways.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import { exists } from "../_support/scratch.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, isAlive, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

function managers(): number[] {
  return processTable().filter(({ kind }) => kind === "manager").map(({ pid }) => pid);
}

test("new Manager() starts nothing: its process starts with the first object, and is there when that is made", async () => {
  await using manager = new Manager();
  assertEquals([managers(), children()], [[], []]);
  manager.Queue();
  const [pid] = managers();
  assertEquals(children().map((child) => child.pid), [pid]);
});

test("new Manager() throws a TypeError when an option is of the wrong kind, and a RangeError when it makes no sense", () => {
  for (const options of [null, 3, { name: 3 }, { address: 3 }, { address: {} }, { authkey: "secret" }]) {
    assertThrows(() => new Manager(options as never), TypeError, "Cannot make manager");
  }
  const authkey = new Uint8Array(0);
  const address = { hostname: "127.0.0.1", port: -1 };
  for (const options of [{ authkey }, { address: "" }, { address, authkey: new Uint8Array(1) }]) {
    assertThrows(() => new Manager(options), RangeError, "Cannot make manager");
  }
});

test("new Manager() makes managers that know nothing of each other", async () => {
  await using one = new Manager();
  await using other = new Manager();
  const dicts = [one.dict({ n: 1 }), other.dict({ n: 2 })];
  assertEquals(await Promise.all(dicts.map((dict) => dict.get("n"))), [1, 2]);
  assertEquals(managers().length, 2);
  await dicts[0]!.set("other", dicts[1] as never);
  assert(await dicts[0]!.get("other") === dicts[1] as never);
});

test("Manager.start() starts the process, which is there on return, and gives the manager", async () => {
  await using manager = new Manager({ name: "keeper" });
  assert(manager.start() === manager);
  const [record] = processTable();
  assertEquals([record!.kind, record!.name, record!.state], ["manager", "keeper", "running"]);
  assert(isAlive(record!.pid));
});

test("Manager.start() throws a StateError when it was called before, or the manager was used", async () => {
  await using manager = new Manager().start();
  assertThrows(() => manager.start(), StateError, "it is started");
  await using other = new Manager();
  other.list();
  assertThrows(() => other.start(), StateError, "it is started");
});

test("Manager.start() need not be waited for: the first use of an object waits until it runs", async () => {
  await using manager = new Manager();
  const [queue, dict, lock] = [manager.Queue<number>(), manager.dict({ a: 1 }), manager.Lock()];
  const uses = [queue.put(1).then(() => queue.get()), dict.get("a"), lock.acquire()];
  assertEquals(await deadline(Promise.all(uses), 20_000), [1, 1, true]);
});

test("Manager is no child that wait() gives, and its process is no zombie when it has ended", async () => {
  await using manager = new Manager();
  await manager.list().length();
  await assertRejects(() => wait(), NoChildError);
  const [pid] = managers();
  await manager.shutdown();
  assertEquals([managers(), isAlive(pid!)], [[], false]);
  await assertRejects(() => wait(), NoChildError);
});

test("Manager.address is null until it is known, and then where its process is reached", async () => {
  await using manager = new Manager();
  assertEquals(manager.address, null);
  await manager.list().length();
  assert(manager.address !== null);
});

test("Manager.shutdown() ends the process, and every use of what it owned rejects with ConnectError at once", async () => {
  const manager = new Manager();
  const [queue, dict] = [manager.Queue(), manager.dict()];
  await dict.set("a", 1);
  const pending = queue.get();
  pending.catch(() => {});
  await manager.shutdown();
  assertEquals(managers(), []);
  await assertRejects(() => pending, ConnectError);
  for (const use of [() => dict.get("a"), () => dict.set("a", 2), () => queue.put(1), () => queue.qsize()]) {
    await assertRejects(() => deadline(use(), 2_000), ConnectError, "Cannot");
  }
});

test("Manager.shutdown() may be called again and at the same time, before the manager runs, and on one that never ran", async () => {
  const manager = new Manager().start();
  await Promise.all([manager.shutdown(), manager.shutdown()]);
  await manager.shutdown();
  assertEquals(managers(), []);
  const unused = new Manager();
  await unused.shutdown();
  assertEquals(managers(), []);
});

test("Manager.shutdown() ends a process that does not answer, by force", async () => {
  const manager = new Counters();
  const counter = manager.create<Counter>("Counter");
  await counter.add();
  const [pid] = managers();
  const spinning = counter.spin(60_000);
  spinning.catch(() => {});
  await deadline(manager.shutdown(), 10_000);
  assert(!isAlive(pid!));
  await assertRejects(() => spinning, ConnectError);
});

test("Manager makes nothing after shutdown(): it throws a ClosedError, and cannot be started again", async () => {
  const manager = new Counters();
  await manager.list().length();
  await manager.shutdown();
  const acts = [
    () => manager.start(),
    () => manager.dict(),
    () => manager.Queue(),
    () => manager.create<Counter>("Counter"),
  ];
  for (const act of acts) assertThrows(act, ClosedError, "it is shut down");
  await assertRejects(() => manager.connect(), ClosedError);
  await assertRejects(() => manager.serveForever(), ClosedError);
});

test("Manager is shut down at the end of the block that it is declared in with await using", async () => {
  let dict;
  {
    await using manager = new Manager();
    dict = manager.dict({ a: 1 });
    assertEquals(await dict.size(), 1);
  }
  assertEquals(managers(), []);
  await assertRejects(() => dict.size(), ConnectError);
});

test("Manager that is killed makes every use of what it owned reject with ConnectError at once, pending waits as well", async () => {
  await using manager = new Manager();
  const [queue, event, dict] = [manager.Queue(), manager.Event(), manager.dict()];
  await dict.set("a", 1);
  const pending = [queue.get(), event.wait()];
  for (const each of pending) each.catch(() => {});
  process.kill(managers()[0]!, "SIGKILL");
  for (const each of pending) await assertRejects(() => deadline(each, 5_000), ConnectError);
  await assertRejects(() => deadline(dict.get("a"), 5_000), ConnectError);
  await assertRejects(() => deadline(manager.dict().size(), 5_000), ConnectError);
  await manager.shutdown();
});

test("Manager that is killed while it starts makes the first use reject with ConnectError", async () => {
  await using manager = new Manager();
  const first = manager.dict().size();
  first.catch(() => {});
  process.kill(managers()[0]!, "SIGKILL");
  await assertRejects(() => deadline(first, 10_000), ConnectError);
});

test("Manager gives its objects to children, who use them as the program does", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  const targets = ["a", "b", "c"].map((prefix) => new Process({ target: setEach, args: [dict, prefix, 50] }).start());
  assertEquals(await Promise.all(targets.map((child) => child.join())), [0, 0, 0]);
  assertEquals(await dict.size(), 150);
  assertEquals((await dict.values()).reduce((sum, n) => sum + n, 0), 3 * 1225);
});

test("Manager gives its objects to children that start before its process runs", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  const child = new Process({ target: setEach, args: [dict, "k", 3] }).start();
  assertEquals([await child.join(), await dict.keys()], [0, ["k0", "k1", "k2"]]);
});

test("Manager gives its objects to the tasks of a pool", async () => {
  await using manager = new Manager();
  const [dict, lock] = [manager.dict({ sum: 0 }), manager.Lock()];
  await using pool = new Pool(2);
  await pool.starmap(addUnder, Array.from({ length: 4 }, () => [lock, dict, 10]), { chunksize: 1 });
  assertEquals(await dict.get("sum"), 40);
});

test("Manager can be made in a child, and ends with it", async () => {
  await using manager = new Manager();
  const told = manager.list<unknown>();
  const child = new Process({ target: manage, args: [told] }).start();
  assertEquals([await child.join(), await told.toArray()], [0, [true, false]]);
  const leaving = new Process({ target: manageAndLeave, args: [told] }).start();
  assertEquals([await leaving.join(), await told.get(-1)], [0, 1]);
});

test("Manager cannot be sent to another process", async () => {
  await using manager = new Manager();
  assertThrows(
    () => new Process({ target: add, args: [manager as never, 1] }).start(),
    SerializationError,
    "a Manager",
  );
});

test("Manager that runs serves what it made while the program is busy in a synchronous loop", async () => {
  await using manager = new Manager();
  await manager.list().length();
  const dict = manager.dict<string, number>();
  await dict.size();
  const path = `${scratch()}/set`;
  const child = new Process({ target: setAndMark, args: [dict, 20, path] }).start();
  const end = Date.now() + 15_000;
  while (!exists(path) && Date.now() < end);
  assertEquals([exists(path), await dict.size(), await child.join()], [true, 20, 0]);
});

test("Manager that is idle keeps no program alive, and one that is left goes with the program", async () => {
  const ended = await run("manager/_programs/left.ts", { limit: 30_000 });
  assertEquals([ended.code, ended.stderr], [0, ""]);
  await until(() => !isAlive(Number(ended.stdout)), "the manager is gone", 5_000);
});

test("Manager goes with a program that is killed", async () => {
  const running = start("manager/_programs/left.ts", { args: ["stay"] });
  await until(() => running.stdout().endsWith("\n"), "the manager runs", 20_000);
  const pid = Number(running.stdout());
  assert(isAlive(pid));
  running.kill("SIGKILL");
  await until(() => !isAlive(pid), "the manager is gone", 5_000);
  await running.ended;
});

test("Manager lives on when SIGINT comes to the group and the program goes on, and is quiet", async () => {
  const running = start("manager/_programs/interrupt.ts");
  await until(() => running.stdout().includes("ready"), "the program uses its manager", 20_000);
  process.kill(-running.pid, "SIGINT");
  const ended = await deadline(running.ended, 20_000);
  assertEquals(ended, { code: 0, signal: null, stdout: "ready\nheard 1\n", stderr: "" });
});

test("Manager does not keep a program from ending by SIGINT, and goes with it", async () => {
  const running = start("manager/_programs/left.ts", { args: ["stay"] });
  await until(() => running.stdout().endsWith("\n"), "the manager runs", 20_000);
  process.kill(-running.pid, "SIGINT");
  const { signal, stdout, stderr } = await deadline(running.ended, 10_000);
  assertEquals([signal, stderr], ["SIGINT", ""]);
  await until(() => !isAlive(Number(stdout)), "the manager is gone", 5_000);
});

test("Manager that a module starts while a child imports it is refused with a BootstrapError that shows the guard", async () => {
  const ended = await run("manager/_programs/no_guard.ts", { limit: 30_000 });
  assertEquals(ended.stdout, "1\n");
  assert(ended.stderr.includes("BootstrapError") && ended.stderr.includes("if (import.meta.main)"), ended.stderr);
});

test("fork() gives the child the objects that a manager made before it, and they are the same", async () => {
  const { fork, child } = told((await run("manager/_programs/fork.ts", { limit: 30_000 })).stdout);
  assertEquals(fork![0]![0], [["before", 1], ["child", 2], ["method", 6]]);
  assertEquals(child![0], [1, 6]);
});

test("fork() makes no manager in the child: that made before it belongs to the parent, and another one can be made", async () => {
  const { refused, own } = told((await run("manager/_programs/fork.ts", { limit: 30_000 })).stdout);
  for (const [, outcome] of refused!) assert(String(outcome).includes("StateError"), String(outcome));
  assertEquals(refused!.map(([name]) => name), ["start", "dict", "create", "shutdown", "serveForever"]);
  assertEquals(own, [[1]]);
});

test("fork() makes what a manager's object gave before it a ForkError in the child, unless that was inside snapshot()", async () => {
  const { asked } = told((await run("manager/_programs/fork.ts", { limit: 30_000 })).stdout);
  assert(String(asked![0]![0]).startsWith("ForkError"), String(asked));
  assertEquals(asked![0]![1], 1);
});

test("Manager has in processTable() the kind manager and the name of its options", async () => {
  await using manager = new Manager({ name: "ants" }).start();
  const records = () => processTable().filter(({ name }) => name === "ants").map(({ kind, state }) => [kind, state]);
  assertEquals(records(), [["manager", "running"]]);
  await manager.shutdown();
  assertEquals(records(), []);
});

noLeaks();
