import process from "node:process";
import { Pool } from "../../mod.ts";
import { lengthOf } from "./_fixtures/crossing.ts";

import { exitAtGate, strikeIdle, tally } from "./_fixtures/fault_strike.ts";
import {
  assertAllRun,
  assertStruck,
  blowOf,
  finishBlow,
  finishStop,
  Ledger,
  warm,
  WAYS,
} from "./_fixtures/fault_ways.ts";
import {
  LARGE_BYTES,
  STEPS,
  strikeAt,
  strikeBirth,
  strikeHalfSent,
  strikeInitializer,
} from "./_fixtures/strike_pool.ts";

import { lines, mark } from "../_support/scratch.ts";
import { pid } from "../_support/waiting.ts";
import { assertEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";

import { noLeaks, test } from "../_support/testing.ts";

// --- starting, idle, receiving ---

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
    ledger.add(lengthOf, [new Uint8Array(LARGE_BYTES)]);
    await delay(20); // the connection takes what it can
    await finishStop(way, worker);
    assertEquals(await ledger.close(), [{ status: "fulfilled", value: LARGE_BYTES }]);
  }
  const folder = scratch();
  await using pool = new Pool(1);
  await warm(pool);
  const ledger = new Ledger(pool);
  ledger.add(exitAtGate, [`${folder}/begun`, `${folder}/gate`]);
  ledger.add(lengthOf, [new Uint8Array(LARGE_BYTES)]);
  await until(() => lines(`${folder}/begun`).length === 1, "the worker loops");
  mark(`${folder}/gate`);
  const [lost, next] = await ledger.close();
  assertStruck(lost!, "exit", `${folder}/begun`, null);
  assertEquals(next, { status: "fulfilled", value: LARGE_BYTES });
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

noLeaks();
