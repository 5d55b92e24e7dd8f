import { countRunning } from "./_fixtures/count_running.ts";
import process from "node:process";
import { Pool, Queue, Value } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { failNoted, grow, jotLater } from "./_fixtures/upkeep.ts";
import { remember, remembered } from "./_fixtures/settings.ts";
import { lines, mark } from "../_support/scratch.ts";
import { hold, jot, pid } from "../_support/waiting.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, isAlive, run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MIB = 2 ** 20;

/** Lines of `PID N`: the numbers in order, and how many processes there were. */
function jots(path: string): { all: number[]; processes: number } {
  const parts = lines(path).map((line) => line.split(" ").map(Number) as [number, number]);
  return { all: parts.map(([, n]) => n).sort((a, b) => a - b), processes: new Set(parts.map(([pid]) => pid)).size };
}

test("PoolOptions.maxTasksPerChild replaces a worker after so many tasks", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 3 });
  const pids: number[] = [];
  for (let count = 0; count < 9; count++) pids.push(await pool.apply(pid));
  assertEquals(pids, [0, 0, 0, 3, 3, 3, 6, 6, 6].map((at) => pids[at]!));
  assertEquals(new Set(pids).size, 3);
  await until(() => !pids.some(isAlive), "all three are gone");
});

test("PoolOptions.maxTasksPerChild of 1 runs every task in a process of its own", async () => {
  await using pool = new Pool(2, { maxTasksPerChild: 1 });
  const pids = await Promise.all(numbers(5).map(() => pool.apply(pid)));
  assertEquals(new Set(pids).size, 5);
});

test("PoolOptions.maxTasksPerChild counts tasks that fail", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 2 });
  const path = `${scratch()}/pids`;
  const first = await pool.apply(pid);
  await assertRejects(() => pool.apply(failNoted, [path]), RangeError, "asked to fail");
  assertEquals(lines(path), [`${first}`]);
  assertNotEquals(await pool.apply(pid), first);
});

test("PoolOptions.maxTasksPerChild counts a chunk of a map as one task", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 2 });
  const pids = await pool.starmap(pid, numbers(12).map(() => [] as []), { chunksize: 3 });
  assertEquals(pids, [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6].map((at) => pids[at]!));
  assertNotEquals(pids[0], pids[6]);
});

test("PoolOptions.maxTasksPerChild runs every one of many tasks once", async () => {
  await using pool = new Pool(2, { maxTasksPerChild: 20 });
  const path = `${scratch()}/jots`;
  const values = await Promise.all(numbers(80).map((n) => pool.apply(jotLater, [path, n, 0])));
  assertEquals(values, numbers(80));
  const { all, processes } = jots(path);
  assertEquals(all, numbers(80));
  assert(processes >= 4, `${processes} processes`);
});

test("PoolOptions.maxTasksPerChild runs all tasks that a pool has when it is closed", async () => {
  const pool = new Pool(2, { maxTasksPerChild: 3 });
  const results = numbers(16).map((n) => pool.applyAsync(square, [n]));
  pool.close();
  await pool.join();
  assertEquals(await Promise.all(results), numbers(16).map(square));
});

test("PoolOptions.maxTasksPerChild starts the replacement while the old worker runs its last task", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 1 });
  const folder = scratch();
  const last = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the last task has begun");
  const old = Number(lines(`${folder}/begun`)[0]);
  await until(() => pool.stats().workers[1]?.state === "idle", "the replacement is ready");
  assert(isAlive(old) && lines(`${folder}/begun`).length === 1);
  const next = pool.apply(pid);
  mark(`${folder}/gate`);
  assertEquals(await last, old);
  assertNotEquals(await next, old);
});

test("PoolOptions.maxTasksPerChild never runs more tasks at once than the pool has processes, and begins them in order", async () => {
  for (const maxTasksPerChild of [1, 3]) {
    await using pool = new Pool(1, { maxTasksPerChild });
    const now = new Value("i", 0);
    const most = new Value("i", 0);
    const order = new Queue<number>();
    await Promise.all(numbers(4).map((n) => pool.apply(countRunning, [now, most, order, n])));
    assertEquals(await most.get(), 1);
    for (const n of numbers(4)) assertEquals(await order.get(), n);
  }
});

test("PoolOptions.maxTasksPerChild runs the initializer in the replacement", async () => {
  await using pool = new Pool(1, { maxTasksPerChild: 1, initializer: remember, initargs: ["set"] });
  assertEquals([await pool.apply(remembered), await pool.apply(remembered)], [["set"], ["set"]]);
});

test("PoolOptions.maxTasksPerChild leaves no more workers than processes when there is nothing to do", async () => {
  await using pool = new Pool(2, { maxTasksPerChild: 5 });
  await pool.map(square, numbers(20), { chunksize: 1 });
  const areIdle = () => pool.stats().workers.every(({ state }) => state === "idle");
  await until(() => children().length === 2 && areIdle(), "two workers are left, both idle");
});

test("PoolOptions.maxAgePerChild replaces a worker that has nothing to do when it is so old", async () => {
  await using pool = new Pool(1, { maxAgePerChild: 400 });
  const first = await pool.apply(pid);
  await until(() => !isAlive(first), "the first worker is gone");
  await until(() => children().length === 1, "there is another");
  assertNotEquals(await pool.apply(pid), first);
});

test("PoolOptions.maxAgePerChild lets a task end that runs at that age, and its replacement takes tasks then", async () => {
  await using pool = new Pool(1, { maxAgePerChild: 200 });
  const folder = scratch();
  const long = pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  const old = Number(lines(`${folder}/begun`)[0]);
  await until(() => children().length === 2, "the replacement has been started");
  const next = pool.apply(pid);
  mark(`${folder}/gate`);
  assertEquals(await long, old);
  assertNotEquals(await next, old);
  await until(() => !isAlive(old), "the old worker is gone");
});

test("PoolOptions.maxAgePerChild runs every one of many tasks once", async () => {
  await using pool = new Pool(2, { maxAgePerChild: 150 });
  const path = `${scratch()}/jots`;
  const values = await Promise.all(numbers(8).map((n) => pool.apply(jotLater, [path, n, 60])));
  assertEquals(values, numbers(8));
  const { all, processes } = jots(path);
  assertEquals(all, numbers(8));
  assert(processes > 2, `${processes} processes`);
});

test("PoolOptions.maxAgePerChild does not keep the program alive", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/limit_age.ts");
  assertEquals([code, stdout, stderr], [0, "9\n", ""]);
});

test("PoolOptions.maxMemoryPerChild keeps a worker that occupies less", async () => {
  await using pool = new Pool(1, { maxMemoryPerChild: 2000 * MIB });
  const first = await pool.apply(grow, [100]);
  await until(() => (pool.stats().workers[0]!.resident ?? 0) > 100 * MIB, "the pool knows how large it is");
  assertEquals(await pool.apply(pid), first);
});

test("PoolOptions.maxMemoryPerChild runs later tasks in another worker when one occupies more after a task", async () => {
  await using pool = new Pool(1, { maxMemoryPerChild: 150 * MIB });
  const first = await pool.apply(grow, [150]);
  await until(async () => await pool.apply(pid) !== first, "another worker runs tasks");
  await until(() => !isAlive(first), "the first worker is gone");
});

test("PoolOptions.maxMemoryPerChild replaces a worker that occupies more also when no further task comes", async () => {
  await using pool = new Pool(1, { maxMemoryPerChild: 150 * MIB });
  const first = await pool.apply(grow, [150]);
  await until(() => !isAlive(first), "the worker is gone", 5_000);
  await until(() => children().length === 1, "there is another");
});

test("PoolOptions.maxMemoryPerChild gives the value of the task that took the memory, and of those behind it", async () => {
  await using pool = new Pool(1, { maxMemoryPerChild: 150 * MIB });
  const large = pool.apply(grow, [150]);
  const others = numbers(10).map((n) => pool.apply(square, [n]));
  const first = await large;
  assertEquals(await Promise.all(others), numbers(10).map(square));
  await pool.apply(pid);
  await until(() => !isAlive(first), "the large worker is gone");
});

test("PoolOptions.minProcesses starts so many workers, and more up to processes when there is work", async () => {
  await using pool = new Pool(3, { minProcesses: 1 });
  await pool.apply(pid);
  assertEquals(children().length, 1);
  const folder = scratch();
  const results = numbers(5).map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
  await until(() => lines(`${folder}/begun`).length === 3, "three tasks have begun");
  assertEquals(children().length, 3);
  mark(`${folder}/gate`);
  assertEquals(new Set(await Promise.all(results)).size, 3);
});

test("PoolOptions.minProcesses of 0 starts no worker before the first task", async () => {
  await using pool = new Pool(2, { minProcesses: 0 });
  await using other = new Pool(1);
  await other.apply(pid); // by now the first pool would have started its own
  assertEquals([children().length, pool.stats().workers.length], [1, 0]);
  const first = await pool.apply(pid);
  assertEquals(pool.stats().workers.map(({ pid }) => pid), [first]);
});

test("PoolOptions.minProcesses keeps so many workers when the others have had nothing to do for idleTimeout", async () => {
  await using pool = new Pool(4, { minProcesses: 2, idleTimeout: 150 });
  const folder = scratch();
  const results = numbers(4).map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
  await until(() => lines(`${folder}/begun`).length === 4, "four tasks have begun");
  mark(`${folder}/gate`);
  await Promise.all(results);
  await until(() => children().length === 2, "two workers have left");
  const kept = children().map(({ pid }) => pid);
  await delay(500);
  assertEquals(children().map(({ pid }) => pid), kept);
});

test("PoolOptions.idleTimeout alone lets all workers leave, and the next task starts one", async () => {
  await using pool = new Pool(2, { idleTimeout: 100 });
  assertEquals(await pool.map(square, numbers(20)), numbers(20).map(square));
  await until(() => children().length === 0, "all workers have left");
  await until(() => pool.stats().workers.length === 0, "the pool knows");
  assertEquals(await pool.apply(square, [5]), 25);
});

test("PoolOptions.idleTimeout of 0 lets a worker leave when it has nothing to do", async () => {
  await using pool = new Pool(1, { idleTimeout: 0 });
  const first = await pool.apply(pid);
  await until(() => !isAlive(first), "it has left");
  assertNotEquals(await pool.apply(pid), first);
});

test("PoolOptions.idleTimeout does not end a worker whose task takes longer", async () => {
  await using pool = new Pool(2, { idleTimeout: 100 });
  const folder = scratch();
  const results = [1, 2].map((n) => pool.apply(hold, [`${folder}/begun`, `${folder}/gate ${n}`]));
  await until(() => lines(`${folder}/begun`).length === 2, "both tasks have begun");
  mark(`${folder}/gate 1`);
  const first = await results[0]!;
  await until(() => !isAlive(first), "the worker without a task has left");
  const [other] = lines(`${folder}/begun`).map(Number).filter((pid) => pid !== first);
  assert(isAlive(other!));
  mark(`${folder}/gate 2`);
  assertEquals(await results[1], other);
});

test("PoolOptions.idleTimeout runs tasks that come when workers leave", async () => {
  await using pool = new Pool(2, { idleTimeout: 4 });
  const path = `${scratch()}/jots`;
  for (const n of numbers(10)) {
    await pool.apply(jot, [path, n]);
    await delay(n % 8);
  }
  assertEquals(lines(path).map(Number), numbers(10));
});

test("PoolOptions.idleTimeout makes the pool grow again after it has shrunk", async () => {
  await using pool = new Pool(3, { minProcesses: 1, idleTimeout: 60 });
  for (const round of [1, 2]) {
    const folder = scratch();
    const results = numbers(3).map(() => pool.apply(hold, [`${folder}/begun`, `${folder}/gate`]));
    await until(() => lines(`${folder}/begun`).length === 3, `three tasks run in round ${round}`);
    mark(`${folder}/gate`);
    await Promise.all(results);
    await until(() => children().length === 1, "one worker is left");
  }
});

test("new Pool() throws a TypeError that names the option when maxTasksPerChild, maxMemoryPerChild, maxAgePerChild, minProcesses or idleTimeout is no number, or not whole where it counts", () => {
  for (const option of ["maxTasksPerChild", "maxMemoryPerChild", "maxAgePerChild", "minProcesses", "idleTimeout"]) {
    for (const value of ["1", NaN, null, true, 1n]) {
      assertThrows(() => new Pool(1, { [option]: value as number }), TypeError, `${option} is not a`);
    }
  }
  for (const option of ["maxTasksPerChild", "minProcesses"]) {
    assertThrows(() => new Pool(2, { [option]: 1.5 }), TypeError, `${option} is not a whole number`);
  }
});

test("new Pool() throws a RangeError that names the option when maxTasksPerChild, maxMemoryPerChild, maxAgePerChild, minProcesses or idleTimeout is too small", () => {
  for (const option of ["maxTasksPerChild", "maxMemoryPerChild", "maxAgePerChild"]) {
    assertThrows(() => new Pool(1, { [option]: 0 }), RangeError, `${option} must be at least 1, not 0`);
  }
  for (const option of ["minProcesses", "idleTimeout"]) {
    assertThrows(() => new Pool(1, { [option]: -1 }), RangeError, `${option} must be at least 0, not -1`);
  }
  assertEquals(children(process.pid), []);
});

test("new Pool() throws a RangeError when minProcesses is more than processes", () => {
  assertThrows(() => new Pool(2, { minProcesses: 3 }), RangeError, "minProcesses");
});

noLeaks();
