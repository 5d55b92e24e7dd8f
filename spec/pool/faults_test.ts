import process from "node:process";
import { Pool, TimeoutError, WorkerLostError } from "../../mod.ts";
import { lengthOf } from "./_fixtures/crossing.ts";
import { killAt } from "../_support/dying.ts";
import {
  arm,
  type Blow,
  exitAtGate,
  giveLarge,
  strikeAfter,
  strikeEncoding,
  strikeIdle,
  strikeRunning,
  striking,
  take,
  tally,
} from "./_fixtures/fault_strike.ts";
import {
  addMany,
  assertAllRun,
  assertStruck,
  blowOf,
  finishBlow,
  finishStop,
  hit,
  Ledger,
  MANY,
  spinUntil,
  stateOf,
  warm,
  WAYS,
} from "./_fixtures/fault_ways.ts";
import { stopAt } from "./_fixtures/pool_audit.ts";
import { lines, mark } from "../_support/scratch.ts";
import { pid } from "../_support/waiting.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, isAlive } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LARGE = 48 * 1024 * 1024;

/** A step at which a task can strike its worker. */
interface Step {
  // deno-lint-ignore no-explicit-any
  fn: (...args: any[]) => unknown;
  args: (blow: Blow, at: string) => unknown[];
  value: unknown;
  /** The result was there before. */
  isSafe?: boolean;
}

const STEPS = {
  decoding: { fn: take, args: (blow, at) => [1, striking(blow, at)], value: 1 },
  running: { fn: strikeRunning, args: (blow, at) => [1, blow, at], value: 1 },
  encoding: { fn: strikeEncoding, args: (blow, at) => [1, blow, at], value: { value: 1 } },
  after: { fn: strikeAfter, args: (blow, at) => [1, blow, at], value: 1, isSafe: true },
} satisfies Record<string, Step>;

/** One task strikes at a step, alone or in the middle of so many others, of which each runs once. */
async function strikeAt(step: Step, others = 0): Promise<void> {
  for (const way of WAYS) {
    const folder = scratch();
    const [at, path] = [`${folder}/at`, `${folder}/tally`];
    await using pool = new Pool(others === 0 ? 1 : 2, { initializer: arm });
    if (others > 0) await warm(pool);
    const ledger = new Ledger(pool);
    const middle = others / 2;
    for (let n = 0; n < middle; n++) ledger.add(tally, [n, path]);
    ledger.add(step.fn, step.args(blowOf(way), at));
    for (let n = middle; n < others; n++) ledger.add(tally, [n, path]);
    await finishBlow(way, at);
    const outcomes = await ledger.close();
    const [struck] = outcomes.splice(middle, 1);
    assertStruck(struck!, step.isSafe ? "stop, continue" : way, at, step.value);
    // Of a worker that is gone nobody can tell whether it had begun the next.
    if (step === STEPS.after && others > 0) assertFewLost(outcomes, path, 1);
    else assertAllRun(outcomes, path);
  }
}

// --- starting, idle, receiving ---

async function strikeBirth(count: number): Promise<void> {
  for (const way of ["kill", "stop, kill", "stop, continue"] as const) {
    const path = `${scratch()}/tally`;
    await using pool = new Pool(count === 1 ? 1 : 2);
    const ledger = new Ledger(pool);
    for (let n = 0; n < count; n++) ledger.add(tally, [n, path]);
    let born: number[] = [];
    await until(() => (born = children().map(({ pid }) => pid)).length > 0, "a worker is born");
    await hit(way, born[0]!);
    assertAllRun(await ledger.close(), path);
  }
}

async function strikeInitializer(count: number): Promise<void> {
  for (const way of WAYS) {
    const folder = scratch();
    const [at, path] = [`${folder}/at`, `${folder}/tally`];
    await using pool = new Pool(count === 1 ? 1 : 2, { initializer: arm, initargs: [blowOf(way), at] });
    const ledger = new Ledger(pool);
    for (let n = 0; n < count; n++) ledger.add(tally, [n, path]);
    await finishBlow(way, at);
    assertAllRun(await ledger.close(), path);
  }
}

test("Pool.apply() gives its value, once, when a worker is struck as soon as it is born", () => strikeBirth(1));

test("Pool.apply() gives its value, once, when the worker is struck in its initializer", () => strikeInitializer(1));

test("Pool.apply() gives its value, once, when the worker was struck while it had nothing to do", async () => {
  for (const way of WAYS) {
    const folder = scratch();
    const [at, path] = [`${folder}/at`, `${folder}/tally`];
    await using pool = new Pool(1);
    await pool.apply(strikeIdle, [0, blowOf(way), at]);
    await until(() => lines(at).length === 1, "the blow has fallen");
    const ledger = new Ledger(pool);
    ledger.add(tally, [0, path]);
    await finishBlow(way, at);
    assertAllRun(await ledger.close(), path);
  }
});

test("Pool.apply() gives its value, once, when the worker is struck while the arguments are under way", async () => {
  for (const way of ["stop, kill", "stop, continue"] as const) {
    await using pool = new Pool(1);
    const worker = await pool.apply(pid);
    process.kill(worker, "SIGSTOP");
    const ledger = new Ledger(pool);
    ledger.add(lengthOf, [new Uint8Array(LARGE)]);
    await delay(20); // the connection takes what it can
    await finishStop(way, worker);
    assertEquals(await ledger.close(), [{ status: "fulfilled", value: LARGE }]);
  }
  const folder = scratch();
  await using pool = new Pool(1);
  await warm(pool);
  const ledger = new Ledger(pool);
  ledger.add(exitAtGate, [`${folder}/begun`, `${folder}/gate`]);
  ledger.add(lengthOf, [new Uint8Array(LARGE)]);
  await until(() => lines(`${folder}/begun`).length === 1, "the worker loops");
  mark(`${folder}/gate`);
  const [lost, next] = await ledger.close();
  assertStruck(lost!, "exit", `${folder}/begun`, null);
  assertEquals(next, { status: "fulfilled", value: LARGE });
});

// --- with a task ---

test("Pool.apply() settles once when the worker is struck while it decodes the arguments, and the pool runs the next task", () =>
  strikeAt(STEPS.decoding));

test("Pool.apply() settles once when the worker is struck while the task runs, and the pool runs the next task", () =>
  strikeAt(STEPS.running));

test("Pool.apply() settles once when the worker is struck while it encodes the result, and the pool runs the next task", () =>
  strikeAt(STEPS.encoding));

test("Pool.apply() settles once when the worker is struck with half of the result sent, and the pool runs the next task", () =>
  strikeHalfSent(0));

test("Pool.apply() gives its value, once, when the worker is struck between the result and the next task", () =>
  strikeAt(STEPS.after));

/** Nothing is read here while the worker sends, so that it sleeps with half of the result sent. */
async function strikeHalfSent(others: number): Promise<void> {
  for (const way of WAYS) {
    const folder = scratch();
    const [at, gate, end, path] = ["at", "gate", "end", "tally"].map((name) => `${folder}/${name}`) as [
      string,
      string,
      string,
      string,
    ];
    await using pool = new Pool(others === 0 ? 1 : 2);
    if (others > 0) await warm(pool);
    const ledger = new Ledger(pool);
    const middle = others / 2;
    for (let n = 0; n < middle; n++) ledger.add(tally, [n, path]);
    ledger.add(giveLarge, [LARGE, at, gate, end]);
    for (let n = middle; n < others; n++) ledger.add(tally, [n, path]);
    await until(() => lines(at).length === 1, "the result is being encoded");
    const worker = Number(lines(at)[0]);
    mark(gate);
    spinUntil(() => stateOf(worker) === "S", 20, "the worker waits for its reader");
    if (way === "exit") {
      mark(end);
      spinUntil(() => !isAlive(worker), 1, "the worker has exited");
    } else process.kill(worker, way === "kill" ? "SIGKILL" : "SIGSTOP");
    await finishStop(way, worker);
    const outcomes = await ledger.close();
    const [struck] = outcomes.splice(middle, 1);
    assertStruck(struck!, way, at, { bytes: new Uint8Array(LARGE).fill(7), last: 1 });
    assertAllRun(outcomes, path);
  }
}

// --- under load ---

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

/** At most so many tasks were lost, each of which ran once or not at all; all others ran once. */
function assertFewLost(outcomes: PromiseSettledResult<unknown>[], path: string, most: number): void {
  const ran = new Map<number, number>();
  for (const n of lines(path).map(Number)) ran.set(n, (ran.get(n) ?? 0) + 1);
  let lost = 0;
  outcomes.forEach((outcome, n) => {
    if (outcome.status === "fulfilled") return assertEquals([outcome.value, ran.get(n)], [n, 1]);
    lost++;
    assert(outcome.reason instanceof WorkerLostError && (ran.get(n) ?? 0) < 2);
  });
  assert(lost <= most, `${lost} were lost`);
}

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
