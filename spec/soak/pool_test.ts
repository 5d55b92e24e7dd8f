import { assert, assertEquals, assertInstanceOf } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { sorted, warm } from "../pool/_fixtures/warm_pool.ts";
import { noLeaks, test } from "../_support/testing.ts";
import process from "node:process";
import { Pool, ProtocolError, RemoteError, SerializationError, WorkerLostError } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { brief } from "../pool/_fixtures/pipelined.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { arm, endOddly } from "../pool/_fixtures/fault_strike.ts";
import { Ledger, MANY } from "../pool/_fixtures/fault_ways.ts";

test("Pool.imap() keeps the program's memory flat over a million items", async () => {
  const { code, stdout } = await run("pool/_programs/audit_imap.ts", { args: ["imap"] });
  assertEquals([code, stdout], [0, "1000000 0 flat\n"]);
});

test("Pool.imapUnordered() keeps the program's memory flat over a million items", async () => {
  const { code, stdout } = await run("pool/_programs/audit_imap.ts", { args: ["imapUnordered"] });
  assertEquals([code, stdout], [0, "1000000 0 flat\n"]);
});

test("Pool.apply() runs every task once, whatever mix of short and long ones is submitted two hundred times", async () => {
  await using pool = await warm(2);
  const times = [5, 5, 5, 100, 1_000, 3_000];
  for (let round = 0; round < 200; round++) {
    const path = `${scratch()}/jots`;
    const mix = numbers(40).map(() => times[Math.floor(Math.random() * times.length)]!);
    const values = await Promise.all(mix.map((microseconds, n) => pool.apply(brief, [path, n, microseconds])));
    assertEquals(values, numbers(40));
    assertEquals(sorted(path), numbers(40), `round ${round}: ${mix}`);
  }
});

test("Pool.apply() runs no task twice when workers are killed while their tasks are taken back, and loses one for each at most", async () => {
  await using pool = await warm(2);
  for (let round = 0; round < 40; round++) {
    const folder = scratch();
    const path = `${folder}/jots`;
    const idle = () => pool.stats().workers.filter(({ state }) => state === "idle");
    await until(() => idle().length === 2, "both workers are there");
    await pool.map(square, numbers(500), { chunksize: 1 });
    const victim = pool.stats().workers[round % 2]!.pid;
    const tasks = numbers(60).map((n) => pool.apply(brief, [path, n, n % 20 === 3 ? 4_000 : 50]));
    const results = Promise.allSettled(tasks);
    await delay(round / 2);
    process.kill(victim, "SIGKILL");
    const lost = (await results).flatMap((result, n) => result.status === "rejected" ? [{ n, ...result }] : []);
    assert(lost.length <= 1, `${lost.length} tasks were lost by one death`);
    for (const { reason } of lost) assert(reason instanceof WorkerLostError, String(reason));
    const ran = sorted(path);
    assertEquals(ran, [...new Set(ran)], "no task has run twice");
    const rest = ran.filter((n) => lost.every((each) => each.n !== n));
    assertEquals(rest, numbers(60).filter((n) => lost.every((each) => each.n !== n)));
    await until(() => pool.stats().workers.every((worker) => worker.pid !== victim), "its death is known");
  }
});

/** Classes of the errors of `endOddly`, for the remainders from 1 on. */
const ODD_ENDS = [
  SerializationError,
  SerializationError,
  RemoteError,
  RemoteError,
  TypeError,
  RemoteError,
  TypeError,
  RemoteError,
  ProtocolError,
];

test("Pool.applyAsync() settles each of 10 000 tasks once when arguments do not decode, results and errors do not encode, and the classes of errors are unknown", async () => {
  await using pool = new Pool(2, { initializer: arm });
  const ledger = new Ledger(pool);
  for (let n = 0; n < MANY; n++) ledger.add(endOddly, [n, n % 10 === 9 ? new URL("refuse:it") : null]);
  const outcomes = await ledger.close();
  outcomes.forEach((outcome, n) => {
    if (n % 10 === 0) return assertEquals(outcome, { status: "fulfilled", value: n });
    assert(outcome.status === "rejected");
    assertInstanceOf(outcome.reason, ODD_ENDS[n % 10 - 1]!);
    if (outcome.reason instanceof RemoteError && n % 5 === 3) assertEquals(outcome.reason.message, String(n));
  });
  assertEquals(pool.stats().restarts, 0);
});

noLeaks();
