/** Strikes at one step of a worker's life, alone or under load. */
import process from "node:process";
import { Pool, WorkerLostError } from "../../../mod.ts";
import { assert, assertEquals } from "../../_support/assert.ts";
import { until } from "../../_support/async.ts";
import { scratch } from "../../_support/folder.ts";
import { lines, mark } from "../../_support/scratch.ts";
import { children, isAlive } from "../../_support/system.ts";
import {
  arm,
  type Blow,
  giveLarge,
  strikeAfter,
  strikeEncoding,
  strikeRunning,
  striking,
  take,
  tally,
} from "./fault_strike.ts";
import {
  assertAllRun,
  assertStruck,
  blowOf,
  finishBlow,
  finishStop,
  hit,
  Ledger,
  spinUntil,
  stateOf,
  warm,
  WAYS,
} from "./fault_ways.ts";

/** Twice what a connection sends before it is read. */
export const LARGE_BYTES = 16 * 1024 * 1024;

/** A step at which a task can strike its worker. */
export interface Step {
  // deno-lint-ignore no-explicit-any
  fn: (...args: any[]) => unknown;
  args: (blow: Blow, at: string) => unknown[];
  value: unknown;
  /** The result was there before. */
  isSafe?: boolean;
}

export const STEPS = {
  decoding: { fn: take, args: (blow, at) => [1, striking(blow, at)], value: 1 },
  running: { fn: strikeRunning, args: (blow, at) => [1, blow, at], value: 1 },
  encoding: { fn: strikeEncoding, args: (blow, at) => [1, blow, at], value: { value: 1 } },
  after: { fn: strikeAfter, args: (blow, at) => [1, blow, at], value: 1, isSafe: true },
} satisfies Record<string, Step>;

/** One task strikes at a step, alone or in the middle of so many others, of which each runs once. */
export async function strikeAt(step: Step, others = 0): Promise<void> {
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

export async function strikeBirth(count: number): Promise<void> {
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

export async function strikeInitializer(count: number): Promise<void> {
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

/** Nothing is read here while the worker sends, so that it sleeps with half of the result sent. */
export async function strikeHalfSent(others: number): Promise<void> {
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
    ledger.add(giveLarge, [LARGE_BYTES, at, gate, end]);
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
    assertStruck(struck!, way, at, { bytes: new Uint8Array(LARGE_BYTES).fill(7), last: 1 });
    assertAllRun(outcomes, path);
  }
}

/** At most so many tasks were lost, each of which ran once or not at all; all others ran once. */
export function assertFewLost(outcomes: PromiseSettledResult<unknown>[], path: string, most: number): void {
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
