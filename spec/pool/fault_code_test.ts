import {
  BootstrapError,
  BrokenPoolError,
  Pool,
  type PoolOptions,
  PoolTerminatedError,
  ProtocolError,
  RemoteError,
  TimeoutError,
  WorkerLostError,
} from "../../mod.ts";
import process from "node:process";
import { square } from "../_support/arithmetic.ts";
import { exitWith } from "../_support/dying.ts";
import { increment } from "./_fixtures/fault_module.ts";
import { arm, dieStarting, failStrangely, giveUrl, hang, onlyFirst } from "./_fixtures/fault_strike.ts";
import { take } from "./_fixtures/fault_strike.ts";
import { Ledger, MANY, stateOf } from "./_fixtures/fault_ways.ts";
import { lines, mark } from "../_support/scratch.ts";
import { exitStart, refuseStart } from "./_fixtures/settings.ts";
import { hold, pid, spin } from "../_support/waiting.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Pool.apply() rejects with the cause when arguments do not decode in the worker, which is kept", async () => {
  await using pool = new Pool(1, { initializer: arm });
  const worker = await pool.apply(pid);
  const error = await assertRejects(() => pool.apply(take, [1, new URL("refuse:it")]), ProtocolError);
  assertInstanceOf(error.cause, RangeError);
  assertEquals(error.cause.message, "refused to be made");
  assertEquals(await pool.apply(pid), worker);
});

test("Pool.apply() rejects with the cause when the result does not decode in the calling process, and the worker is kept", async () => {
  await using pool = new Pool(1);
  const worker = await pool.apply(pid);
  const { URL } = globalThis;
  try {
    arm();
    const error = await assertRejects(() => pool.apply(giveUrl, ["refuse:it"]), ProtocolError);
    assertEquals((error.cause as Error).message, "refused to be made");
  } finally {
    globalThis.URL = URL;
  }
  assertEquals(await pool.apply(pid), worker);
});

test("Pool.applyAsync() calls back once for each of 1 000 tasks when every callback throws", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/fault_callbacks.ts");
  assertEquals([code, stdout], [0, "500 values, 500 errors, each once, and then 9\n"]);
  assertEquals(stderr.match(/Pool callback failed:\nRangeError: of a callback\n/g)?.length, 500);
  assertEquals(stderr.match(/Pool errorCallback failed:\nRangeError: of a callback\n/g)?.length, 500);
});

// --- initializer ---

/** The error of a pool whose initializer breaks it: what waits and what comes rejects with it. */
async function broken(options: PoolOptions): Promise<BrokenPoolError> {
  await using pool = new Pool(1, options);
  const error = await assertRejects(() => pool.apply(square, [2]), BrokenPoolError);
  assertEquals(await assertRejects(() => pool.map(square, [1, 2])), error);
  return error;
}

test("PoolOptions.initializer that is killed each time breaks the pool with the signal in the cause", async () => {
  const tries = `${scratch()}/tries`;
  const error = await broken({ initializer: dieStarting, initargs: [tries], maxRestarts: 2 });
  const [first, ...more] = lines(tries);
  assertMatch((error.cause as Error).message, RegExp(`process ${first} was killed by SIGKILL`));
  assertEquals(more.length, 2);
});

test("PoolOptions.initializer that exits with 0 breaks the pool with the exit code in the cause", async () => {
  const error = await broken({ initializer: exitStart, initargs: [`${scratch()}/tries`, 0], maxRestarts: 1 });
  assertMatch((error.cause as Error).message, /exited with code 0/);
});

test("PoolOptions.initializer that fails with what cannot cross breaks the pool with a RemoteError as cause", async () => {
  const error = await broken({ initializer: failStrangely, maxRestarts: 0 });
  assertInstanceOf(error.cause, RemoteError);
});

test("PoolOptions.initializer that refuses all workers but the first breaks the pool when that one is lost", async () => {
  const tries = `${scratch()}/tries`;
  await using pool = new Pool(1, { initializer: onlyFirst, initargs: [tries], maxRestarts: 2 });
  assertEquals(await pool.apply(square, [3]), 9);
  await assertRejects(() => pool.apply(exitWith, [3]), WorkerLostError);
  const error = await assertRejects(() => pool.apply(square, [3]), BrokenPoolError);
  assertEquals((error.cause as Error).message, "only one");
  assertEquals(lines(tries).length, 4);
});

test("PoolOptions.initializer that always fails settles each of 10 000 tasks once, with the BrokenPoolError", async () => {
  const pool = new Pool(2, { initializer: refuseStart, initargs: [`${scratch()}/tries`], maxRestarts: 1 });
  const ledger = new Ledger(pool);
  for (let n = 0; n < MANY; n++) ledger.add(square, [n]);
  const outcomes = await ledger.end();
  assert(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof BrokenPoolError));
});

const HANGS = ["loop", "sleep"] as const;

test("PoolOptions.initializer that hangs breaks the pool after loadTimeout with a TimeoutError that names it as cause", async () => {
  for (const how of HANGS) {
    const begun = `${scratch()}/begun`;
    const error = await broken({ initializer: hang, initargs: [begun, how], loadTimeout: 1_000, maxRestarts: 1 });
    assertInstanceOf(error.cause, TimeoutError);
    assertEquals(error.cause.timeout, 1_000);
    assertMatch(error.message, /the initializer hang took more than 1000 ms, .* raise loadTimeout/);
    assertEquals(lines(begun).length, 2);
  }
});

test("PoolOptions.initializer that hangs is ended after loadTimeout when the pool is closed, and Pool.join() settles", async () => {
  for (const how of HANGS) {
    const begun = `${scratch()}/begun`;
    const pool = new Pool(2, { initializer: hang, initargs: [begun, how], loadTimeout: 1_000 });
    try {
      pool.close();
      await deadline(pool.join(), 20_000, "the end of the pool");
      assertEquals(lines(begun).length, 2);
    } finally {
      await pool.terminate();
    }
  }
});

// --- modules ---

const withFault = (how: string): PoolOptions => ({
  env: { ...process.env as Record<string, string>, FAULT_MODULE: how },
  killGrace: 50,
});

test("Pool.apply() rejects with a BootstrapError that names the module and the guard when a module fails while a worker imports it, which is kept", async () => {
  await using pool = new Pool(1, withFault("throw"));
  for (let n = 0; n < 2; n++) {
    const error = await assertRejects(() => pool.apply(increment, [1]), BootstrapError);
    assertMatch(
      error.message,
      /^Cannot import file:\S+ in a worker: RangeError: the module is broken\. Its top level runs again in every worker: guard it with if \(import\.meta\.main\)$/,
    );
    assertInstanceOf(error.cause, RangeError);
    assertEquals(await pool.apply(square, [3]), 9);
  }
  assertEquals(pool.stats().restarts, 0);
});

test("Pool.apply() rejects with a WorkerLostError when a module exits while a worker imports it", async () => {
  await using pool = new Pool(1, withFault("exit"));
  const error = await assertRejects(() => pool.apply(increment, [1]), WorkerLostError);
  assertEquals([error.exitCode, error.task], [7, "increment"]);
  assertEquals(await pool.apply(square, [3]), 9);
});

test("Pool.apply() is ended by PoolOptions.loadTimeout when the import of a module never ends", async () => {
  await using pool = new Pool(1, { loadTimeout: 2_000, ...withFault("hang") });
  await pool.apply(square, [3]);
  await assertRejects(() => pool.apply(increment, [1]), TimeoutError, "task increment");
  assertEquals(await pool.apply(square, [3]), 9);
});

// --- what does not answer ---

test("Pool.terminate() ends workers whose initializer hangs, in a loop and asleep, and settles each task once", async () => {
  for (const how of HANGS) {
    const begun = `${scratch()}/begun`;
    const pool = new Pool(2, { initializer: hang, initargs: [begun, how] });
    const ledger = new Ledger(pool);
    for (let n = 0; n < 100; n++) ledger.add(square, [n]);
    await until(() => lines(begun).length === 2, "the initializers hang");
    await endAll(pool, ledger);
  }
});

test("Pool.apply() waits for a worker that is stopped until that is continued, and other workers run other tasks", async () => {
  const folder = scratch();
  await using pool = new Pool(2);
  const held = pool.applyAsync(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 1, "the task has begun");
  const worker = Number(lines(`${folder}/begun`)[0]);
  process.kill(worker, "SIGSTOP");
  await until(() => stateOf(worker) === "T", "the worker is stopped");
  mark(`${folder}/gate`);
  for (let n = 0; n < 100; n++) assertNotEquals(await pool.apply(pid), worker);
  assert(!held.ready());
  process.kill(worker, "SIGCONT");
  assertEquals(await held, worker);
});

test("Pool.terminate() ends workers that are stopped, and settles each task once", async () => {
  const folder = scratch();
  const pool = new Pool(2, { killGrace: 100 });
  const ledger = new Ledger(pool);
  for (let n = 0; n < 100; n++) ledger.add(hold, [`${folder}/begun`, `${folder}/gate`]);
  await until(() => lines(`${folder}/begun`).length === 2, "tasks have begun");
  for (const pid of lines(`${folder}/begun`).map(Number)) {
    process.kill(pid, "SIGSTOP");
    await until(() => stateOf(pid) === "T", "the worker is stopped");
  }
  await endAll(pool, ledger);
});

async function endAll(pool: Pool, ledger: Ledger): Promise<void> {
  await deadline(pool.terminate(), 5_000, "the end of the pool");
  assertEquals(children(), []);
  for (const outcome of await ledger.end()) {
    assert(outcome.status === "rejected" && outcome.reason instanceof PoolTerminatedError);
  }
}

test("TaskOptions.timeout replaces a worker that is stopped under the task, and the pool runs the next task", async () => {
  const begun = `${scratch()}/begun`;
  await using pool = new Pool(1, { killGrace: 50 });
  await pool.apply(pid);
  const ledger = new Ledger(pool);
  ledger.add(spin, [begun], { timeout: 500 });
  await until(() => lines(begun).length === 1, "the task has begun");
  const worker = Number(lines(begun)[0]);
  process.kill(worker, "SIGSTOP");
  const next = ledger.add(pid, []);
  const [outcome] = await ledger.close();
  assert(outcome!.status === "rejected" && outcome!.reason instanceof TimeoutError);
  assertNotEquals(await next, worker);
  assert(!isAlive(worker));
});

noLeaks();
