import process from "node:process";
import { Pool, TimeoutError } from "../../mod.ts";
import { killAt } from "../_support/dying.ts";
import { arm, strikeIdle } from "../pool/_fixtures/fault_strike.ts";
import { addMany, assertAllRun, finishStop, Ledger, MANY, warm } from "../pool/_fixtures/fault_ways.ts";
import {
  assertFewLost,
  STEPS,
  strikeAt,
  strikeBirth,
  strikeHalfSent,
  strikeInitializer,
} from "../pool/_fixtures/strike_pool.ts";
import { stopAt } from "../pool/_fixtures/audit.ts";
import { lines } from "../_support/scratch.ts";
import { pid } from "../_support/waiting.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { isAlive } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Pool.applyAsync() settles each of 10 000 tasks once, all with their values, when workers are struck at their birth", () =>
  strikeBirth(MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once, all with their values, when workers are struck in their initializer", () =>
  strikeInitializer(MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once, all with their values, when a worker is stopped that has some", async () => {
  for (const way of ["stop, kill", "stop, continue"] as const) {
    const path = `${scratch()}/tally`;
    await using pool = new Pool(2);
    await warm(pool);
    const worker = await pool.apply(pid);
    process.kill(worker, "SIGSTOP");
    const ledger = new Ledger(pool);
    addMany(ledger, path);
    await until(() => lines(path).length > MANY / 4, "the other worker runs tasks");
    await finishStop(way, worker);
    assertAllRun(await ledger.close(), path);
  }
});

test("Pool.applyAsync() settles each of 10 000 tasks once, at most one with a loss, when a worker exits as they come", async () => {
  const folder = scratch();
  const path = `${folder}/tally`;
  await using pool = new Pool(2);
  await warm(pool);
  await pool.apply(strikeIdle, [0, "exit", `${folder}/at`]);
  const ledger = new Ledger(pool);
  addMany(ledger, path);
  assertFewLost(await ledger.close(), path, 1);
  assertEquals(lines(`${folder}/at`).length, 1);
});

test("Pool.applyAsync() settles each of 10 000 tasks once when a worker is struck while it decodes the arguments of one", () =>
  strikeAt(STEPS.decoding, MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once when a worker is struck while it runs one", () =>
  strikeAt(STEPS.running, MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once when a worker is struck while it encodes the result of one", () =>
  strikeAt(STEPS.encoding, MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once when a worker is struck with half of the result of one sent", () =>
  strikeHalfSent(MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once, and loses at most the next, when a worker is struck between the result of one and the next", () =>
  strikeAt(STEPS.after, MANY));

test("Pool.applyAsync() settles each of 10 000 tasks once, and loses at most one for each worker, when workers are killed again and again", async () => {
  const path = `${scratch()}/tally`;
  await using pool = new Pool(2);
  await warm(pool);
  const ledger = new Ledger(pool);
  addMany(ledger, path);
  let kills = 0;
  for (const share of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) {
    await until(() => lines(path).length >= MANY * share, "tasks have run");
    for (const { pid, state } of pool.stats().workers) {
      if (state === "starting" || !isAlive(pid)) continue;
      process.kill(pid, "SIGKILL");
      kills++;
    }
  }
  assert(kills >= 8);
  assertFewLost(await ledger.close(), path, kills);
});

test('PoolOptions.onWorkerLost "retry" gives each of 10 000 tasks its value, once, when a worker is struck at every step', async () => {
  for (const blow of ["kill", "exit"] as const) {
    const folder = scratch();
    await using pool = new Pool(2, { initializer: arm, onWorkerLost: "retry" });
    const ledger = new Ledger(pool);
    const steps = Object.values(STEPS);
    const every = MANY / steps.length;
    for (let n = 0; n < MANY; n++) {
      const step = steps[n % every === 0 ? n / every : -1];
      if (step === undefined) ledger.add(killAt, [-1, n]);
      else ledger.add(step.fn, step.args(blow, `${folder}/${n}`));
    }
    const outcomes = await ledger.close();
    outcomes.forEach((outcome, n) => {
      const value = n % every === 0 ? steps[n / every]!.value : n * n;
      assertEquals(outcome, { status: "fulfilled", value });
    });
    for (let n = 0; n < MANY; n += every) assertEquals(lines(`${folder}/${n}`).length, 1);
  }
});

test("PoolOptions.taskTimeout settles each of 10 000 tasks once, and rejects but the one under which a worker stops", async () => {
  const pool = new Pool(2, { taskTimeout: 2_000, killGrace: 50 });
  await warm(pool);
  const ledger = new Ledger(pool);
  for (let n = 0; n < MANY; n++) ledger.add(stopAt, [n, MANY / 2]);
  const outcomes = await ledger.close();
  outcomes.forEach((outcome, n) => {
    if (n !== MANY / 2) return assertEquals(outcome, { status: "fulfilled", value: n });
    assert(outcome.status === "rejected" && outcome.reason instanceof TimeoutError);
  });
});

noLeaks();
