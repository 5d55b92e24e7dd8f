import process from "node:process";
import { fileURLToPath } from "node:url";
import { BrokenPoolError, ClosedError, Pool, PoolTerminatedError, StateError, WorkerLostError } from "../../mod.ts";
import { identity, square } from "../_support/arithmetic.ts";
import { nest } from "./_fixtures/fault_deaf.ts";
import { leaveOpen } from "./_fixtures/nested.ts";
import { lines, mark } from "../_support/scratch.ts";
import { exitStart, refuseStart, refuseUntil, remember, remembered, rememberLater } from "./_fixtures/settings.ts";
import { block, hold, jot, pid, sleep, spin } from "../_support/waiting.ts";
import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { children, descriptors, isAlive, run, start } from "../_support/system.ts";
import { scratch } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A pool with a task that is running in each of its workers, and what ends them. */
async function busy(workers: number, options = {}) {
  const pool = new Pool(workers, options);
  const folder = scratch();
  const results = Array.from({ length: workers }, () => pool.applyAsync(hold, [`${folder}/begun`, `${folder}/gate`]));
  await until(() => lines(`${folder}/begun`).length === workers, "the tasks have begun");
  return { pool, results, pids: lines(`${folder}/begun`).map(Number), release: () => mark(`${folder}/gate`) };
}

// --- initializer ---

test("PoolOptions.initializer runs in every worker before its first task, with initargs", async () => {
  await using pool = new Pool(2, { initializer: remember, initargs: [1, { a: [2] }] });
  const seen = await pool.map(remembered as (n: number) => unknown[], [1, 2, 3, 4], { chunksize: 1 });
  for (const settings of seen) assertEquals(settings, [1, { a: [2] }]);
});

test("PoolOptions.initializer is awaited when it is async", async () => {
  await using pool = new Pool(1, { initializer: rememberLater, initargs: ["late"] });
  assertEquals(await pool.apply(remembered), ["late"]);
});

test("PoolOptions.initializer runs in every worker of a pool that is closed at once, before Pool.join() resolves", async () => {
  const path = `${scratch()}/jots`;
  const pool = new Pool(2, { initializer: jot, initargs: [path, "started"] });
  pool.close();
  await pool.join();
  assertEquals(lines(path), ["started", "started"]);
  assertEquals(children(), []);
});

test("PoolOptions.initializer that throws breaks the pool with its first error as cause, after maxRestarts more tries", async () => {
  const path = `${scratch()}/tries`;
  await using pool = new Pool(1, { initializer: refuseStart, initargs: [path], maxRestarts: 2 });
  const error = await assertRejects(() => pool.apply(square, [2]), BrokenPoolError, "3 workers in a row");
  assertInstanceOf(error.cause, RangeError);
  assertEquals(error.cause.message, "start 1 refused");
  assertEquals(lines(path).length, 3);
});

test("PoolOptions.initializer that exits breaks the pool with the exit code in the cause", async () => {
  const path = `${scratch()}/tries`;
  await using pool = new Pool(1, { initializer: exitStart, initargs: [path, 4], maxRestarts: 1 });
  const error = await assertRejects(() => pool.apply(square, [2]), BrokenPoolError);
  assertMatch((error.cause as Error).message, /exited with code 4/);
  assertEquals(lines(path).length, 2);
});

test("PoolOptions.initializer that always fails rejects all tasks that wait and all that come later", async () => {
  await using pool = new Pool(2, { initializer: refuseStart, initargs: [`${scratch()}/tries`], maxRestarts: 0 });
  const settled = await Promise.allSettled([pool.apply(square, [1]), pool.map(square, [1, 2, 3]), pool.apply(pid)]);
  for (const result of settled) assert(result.status === "rejected" && result.reason instanceof BrokenPoolError);
  await assertRejects(() => pool.apply(square, [2]), BrokenPoolError);
  await until(() => children().length === 0, "all workers are gone");
});

test("PoolOptions.initializer that fails at first is tried again, and tasks run then", async () => {
  await using pool = new Pool(1, { initializer: refuseUntil, initargs: [`${scratch()}/tries`, 3] });
  assertEquals(await pool.apply(square, [3]), 9);
});

test("Pool whose workers cannot be started at all rejects with a BrokenPoolError whose cause says why", async () => {
  await using pool = new Pool(1, { cwd: "/no/such/directory", maxRestarts: 1 });
  const error = await assertRejects(() => pool.apply(square, [3]), BrokenPoolError, "/no/such/directory");
  assertEquals((error.cause as Error).name, "SpawnError");
});

// --- close and join ---

test("Pool.close() lets tasks end that were submitted before, and workers leave then", async () => {
  const pool = new Pool(2);
  const results = Array.from({ length: 100 }, (_, n) => pool.applyAsync(square, [n]));
  pool.close();
  await pool.join();
  assert(results.every((result) => result.ready() && result.successful()));
  assertEquals(children(), []);
});

test("Pool.close() may be called again and again, also after terminate()", async () => {
  const pool = new Pool(1);
  pool.close();
  pool.close();
  await pool.terminate();
  pool.close();
  await pool.join();
});

test("Pool.join() throws a StateError when the pool is open", async () => {
  await using pool = new Pool(1);
  const error = await assertRejects(() => pool.join(), StateError, "call close() or terminate() first");
  assertEquals(error.state, "open");
});

test("Pool.join() resolves when no worker is left, before, during and after their end", async () => {
  const { pool, pids, release } = await busy(2);
  pool.close();
  const during = [pool.join(), pool.join()];
  assert(pids.every(isAlive));
  release();
  await Promise.all(during);
  assert(!pids.some(isAlive));
  await pool.join();
});

test("Pool.join() resolves when the pool is closed before anything was done", async () => {
  const pool = new Pool(2);
  pool.close();
  await pool.join();
  assertEquals(children(), []);
});

test("Pool.join() resolves when the timeout comes first, and tasks go on", async () => {
  const { pool, results, pids, release } = await busy(1);
  pool.close();
  await pool.join({ timeout: 20 });
  await pool.join({ timeout: 0 });
  assert(isAlive(pids[0]!) && !results[0]!.ready());
  release();
  assertEquals(await results[0], pids[0]);
  await pool.join();
});

test("Pool.join() rejects with the signal's reason when that is aborted, and tasks go on", async () => {
  const { pool, results, pids, release } = await busy(1);
  pool.close();
  const controller = new AbortController();
  const joining = pool.join({ signal: controller.signal });
  controller.abort(new RangeError("enough"));
  await assertRejects(() => joining, RangeError, "enough");
  release();
  assertEquals(await results[0], pids[0]);
  await pool.join();
});

// --- terminate ---

test("Pool.terminate() rejects what is outstanding with a PoolTerminatedError and resolves when no worker is left", async () => {
  const { pool, results, pids } = await busy(2);
  const queued = pool.applyAsync(square, [3]);
  await pool.terminate();
  for (const result of [...results, queued]) await assertRejects(() => result.get(), PoolTerminatedError);
  assert(!pids.some(isAlive));
  await pool.join();
});

test("Pool.terminate() keeps results that are there", async () => {
  const pool = new Pool(1);
  const result = pool.applyAsync(square, [3]);
  await result.wait();
  await pool.terminate();
  assertEquals(await result.get(), 9);
});

test("Pool.terminate() ends workers that are in a synchronous loop", async () => {
  const pool = new Pool(1, { killGrace: 100 });
  const begun = `${scratch()}/begun`;
  const result = pool.applyAsync(spin, [begun]);
  await until(() => lines(begun).length === 1, "the task has begun");
  await pool.terminate();
  await assertRejects(() => result.get(), PoolTerminatedError);
  assert(!isAlive(Number(lines(begun)[0])));
});

test("Pool.terminate() rejects 10 000 outstanding tasks within five seconds", async () => {
  const pool = new Pool(2, { killGrace: 100 });
  const results = Array.from({ length: 10_000 }, () => pool.applyAsync(sleep, [60_000]));
  await deadline(pool.terminate(), 5_000, "the end of the pool");
  const settled = await Promise.allSettled(results);
  assert(settled.every((result) => result.status === "rejected" && result.reason instanceof PoolTerminatedError));
});

test("Pool.terminate() may be called at once, twice, and after close()", async () => {
  const fresh = new Pool(2);
  await Promise.all([fresh.terminate(), fresh.terminate()]);
  const { pool, results } = await busy(1);
  pool.close();
  await Promise.all([pool.terminate(), pool.join(), pool.terminate()]);
  await assertRejects(() => results[0]!.get(), PoolTerminatedError);
  assertEquals(children(), []);
});

test("Pool.terminate() leaves the pool refusing tasks with a ClosedError", async () => {
  const pool = new Pool(1);
  const terminated = pool.terminate();
  await assertRejects(() => pool.apply(square, [1]), ClosedError, "pool is terminated");
  await terminated;
});

test("Pool.terminate() ends a pool whose initializer keeps failing", async () => {
  const pool = new Pool(1, { initializer: refuseStart, initargs: [`${scratch()}/tries`], maxRestarts: 1000 });
  const result = pool.applyAsync(square, [3]);
  await until(() => children().length > 0, "a worker was started");
  await deadline(pool.terminate(), 5_000, "the end of the pool");
  await assertRejects(() => result.get(), PoolTerminatedError);
});

test("Pool.terminate() and Pool.join() after Pool.close() do not wait for the next try of a worker", async () => {
  await Promise.all((["terminate", "close"] as const).map(async (end) => {
    const tries = `${scratch()}/tries`;
    const pool = new Pool(1, { initializer: refuseStart, initargs: [tries], maxRestarts: 50 });
    await until(() => lines(tries).length === 9, "nine workers have failed", 25_000); // the next try is five seconds away
    await until(() => pool.stats().workers.length === 0, "the ninth is gone");
    await pool[end]();
    await deadline(pool.join(), 2_000, "the end of the pool");
    assertEquals(lines(tries).length, 9);
  }));
});

test("Pool in a task ends within a second with a worker that is killed, also when its tasks loop", async () => {
  await using pool = new Pool(1);
  for (const how of ["loop", "sleep"] as const) {
    const begun = `${scratch()}/begun`;
    const result = pool.applyAsync(nest, [begun, how]);
    await until(() => lines(begun).length === 2, "the inner tasks have begun");
    process.kill(pool.stats().workers[0]!.pid, "SIGKILL");
    await assertRejects(() => result.get(), WorkerLostError);
    await until(() => !lines(begun).some((pid) => isAlive(Number(pid))), "the inner workers are gone", 1_000);
  }
});

test("Pool[Symbol.asyncDispose]() lets tasks end and waits until all workers are gone", async () => {
  let result;
  {
    await using pool = new Pool(2);
    result = pool.applyAsync(block, [50]);
  }
  assert(result.ready() && result.successful());
  assertEquals(children(), []);
});

test("Pool[Symbol.asyncDispose]() does nothing when the pool was closed or terminated by hand", async () => {
  await using closed = new Pool(1);
  closed.close();
  await using terminated = new Pool(1);
  await terminated.terminate();
});

test("Pool without workers runs its tasks when a shortage of descriptors has passed", async () => {
  const { stdout } = await run("pool/_programs/short_of_descriptors.ts", { limits: "ulimit -n 300" });
  assertEquals(stdout, "works 4\nshort true\nasked in the shortage 9\nasked after it 16\n");
});

test("Pool that has served is not broken by workers that end before they connect, and runs its tasks when one does", async () => {
  const preload = fileURLToPath(new URL("_fixtures/fault_preload.js", import.meta.url));
  const env = { ...process.env as Record<string, string>, FAULT_PRELOAD: `${scratch()}/deaths` };
  const { stdout } = await run("pool/_programs/dies_before_connecting.ts", {
    env,
    runtimeArgs: ["--preload", preload],
  });
  assertEquals(stdout, "works 4\nWorkerLostError\nasked while none came up 9\nasked after it 16\n");
});

test("Pool leaves no descriptor open when many pools were used and ended", async () => {
  const round = async () => {
    await using pool = new Pool(2);
    await pool.map(identity, [1, 2]);
  };
  await round();
  const before = descriptors();
  for (let n = 0; n < 3; n++) await round();
  await until(() => descriptors() <= before, "the descriptors are closed");
});

// --- the program's end ---

test("Pool that is never closed does not keep the program alive, and its workers end with it", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/left_open.ts");
  assertEquals([code, stderr], [0, ""]);
  const [value, ...pids] = stdout.trim().split(" ").map(Number);
  assertEquals(value, 9);
  await until(() => !pids.some(isAlive), "the workers are gone", 1_000);
});

test("Pool that has tasks keeps the program alive until they have ended", async () => {
  const { code, stdout } = await run("pool/_programs/holds_program.ts");
  assertEquals([code, stdout], [0, "called back with 9\n"]);
});

test("Pool in a task that is left open does not keep the worker alive", async () => {
  const pids = await (async () => {
    await using pool = new Pool(1);
    return await pool.apply(leaveOpen);
  })();
  await until(() => !pids.some(isAlive), "both workers are gone", 1_000);
});

/** Starts a program whose workers spin, ends it, and waits until they are gone. */
async function endSpinning(end: "SIGKILL" | "SIGTERM" | "exit" | "throw"): Promise<void> {
  const path = `${scratch()}/end`;
  const program = start("pool/_programs/spins.ts", { args: [path] });
  await until(() => program.stdout().includes("\n"), "the workers spin");
  const pids = program.stdout().trim().split(" ").map(Number);
  assertEquals([pids.length, pids.every(isAlive)], [2, true]);
  if (end === "SIGKILL" || end === "SIGTERM") program.kill(end);
  else mark(path, end);
  await until(() => !isAlive(program.pid), "the program has ended");
  await until(() => !pids.some(isAlive), "the workers are gone", 1_000);
  const { code } = await program.ended;
  if (end === "exit" || end === "throw") assertEquals(code, end === "exit" ? 5 : 1);
}

test("Pool workers in a synchronous loop are gone within one second when the program is killed with SIGKILL", async () => {
  await endSpinning("SIGKILL");
});

test("Pool workers in a synchronous loop are gone within one second when the program is killed with SIGTERM", async () => {
  await endSpinning("SIGTERM");
});

test("Pool workers in a synchronous loop are gone within one second when the program exits", async () => {
  await endSpinning("exit");
});

test("Pool workers in a synchronous loop are gone within one second when the program ends by an uncaught error", async () => {
  await endSpinning("throw");
});

noLeaks();
