import process from "node:process";
import { type Pool, WorkerLostError } from "../../mod.ts";
import { square } from "../_support/arithmetic.ts";
import { brief, briefly, sleepUntil, spinUntil } from "./_fixtures/pipelined.ts";
import { lines, mark } from "../_support/scratch.ts";
import { pid } from "../_support/waiting.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { sorted, warm } from "./_fixtures/warm_pool.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Longer than anything that waits here. */
const LONG = 15_000;

type Long = (begun: string, gate: string, ms: number) => number | Promise<number>;

/** Submits a long task among a thousand short ones, and lets it end when those have. */
async function among(pool: Pool, long: Long): Promise<void> {
  for (const [at, microseconds] of [[0, 5], [1, 100], [250, 5], [999, 100]] as const) {
    const folder = scratch();
    const longs: Promise<number>[] = [];
    const shorts = numbers(1_000).map((n) => {
      if (n === at) longs.push(pool.apply(long, [`${folder}/begun`, `${folder}/gate`, LONG]));
      return pool.apply(brief, [`${folder}/jots`, n, microseconds]);
    });
    await Promise.all(shorts);
    mark(`${folder}/gate`);
    await longs[0];
    assertEquals(sorted(`${folder}/jots`), numbers(1_000));
  }
}

test("Pool.apply() leaves no task behind one in a synchronous loop while another worker is idle, wherever among a thousand it was submitted", async () => {
  await using pool = await warm(2);
  await among(pool, spinUntil);
});

test("Pool.apply() leaves no task behind one that waits while another worker is idle, wherever among a thousand it was submitted", async () => {
  await using pool = await warm(2);
  await among(pool, sleepUntil);
});

test("Pool.apply() gives the values of tasks before one in a synchronous loop while that runs, with one worker as well", async () => {
  for (const size of [1, 2]) {
    await using pool = await warm(size);
    const folder = scratch();
    const before = numbers(20).map((n) => pool.apply(square, [n]));
    const longs = numbers(size).map(() => pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]));
    const after = numbers(20).map((n) => pool.apply(square, [n]));
    assertEquals(await Promise.all(before), numbers(20).map(square));
    mark(`${folder}/gate`);
    await Promise.all(longs);
    assertEquals(await Promise.all(after), numbers(20).map(square));
  }
});

test("Pool.apply() loses only the task in the loop when its worker is killed after those behind it were taken back", async () => {
  await using pool = await warm(2);
  const folder = scratch();
  const shorts = numbers(50).map((n) => pool.apply(brief, [`${folder}/jots`, n, 5]));
  const lost = assertRejects(
    () => pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]),
    WorkerLostError,
    "task spinUntil",
  );
  shorts.push(...numbers(200).map((n) => pool.apply(brief, [`${folder}/jots`, 50 + n, 5])));
  assertEquals(await Promise.all(shorts), numbers(250));
  process.kill(Number(lines(`${folder}/begun`)[0]), "SIGKILL");
  await lost;
  assertEquals(sorted(`${folder}/jots`), numbers(250));
});

test("Pool.apply() never runs a task that is cancelled while it is behind one in a synchronous loop", async () => {
  await using pool = await warm(2);
  const folder = scratch();
  const longs = numbers(2).map(() => pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]));
  await until(() => lines(`${folder}/begun`).length === 2, "both have begun");
  const cancelling = new AbortController();
  const shorts = numbers(40).map((n) => {
    const options = n % 2 === 0 ? { signal: cancelling.signal } : {};
    return pool.apply(brief, [`${folder}/jots`, n, 5], options);
  });
  const results = Promise.allSettled(shorts);
  await delay(10); // they are sent by now
  cancelling.abort();
  mark(`${folder}/gate`);
  await Promise.all(longs);
  (await results).forEach(({ status }, n) => assertEquals(status, n % 2 === 0 ? "rejected" : "fulfilled", String(n)));
  assertEquals(sorted(`${folder}/jots`), numbers(40).filter((n) => n % 2 === 1));
});

test("Pool.apply() leaves no task behind one that waits where the runtime may not write files", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/pipelining_unwritten.ts", {
    flags: ["--allow-run", "--allow-net=127.0.0.1"],
  });
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "500\n", stderr: "" });
});

test("Pool.map() leaves none of its chunks behind a task in a synchronous loop while another worker is idle", async () => {
  await using pool = await warm(2);
  for (const chunksize of [1, 7]) {
    const folder = scratch();
    const items = numbers(300).map((n): [string, number, number] => [`${folder}/jots`, n, 5]);
    const first = pool.map(briefly, items.slice(0, 100), { chunksize });
    const long = pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]);
    const second = pool.map(briefly, items.slice(100), { chunksize });
    assertEquals([...await first, ...await second], numbers(300));
    mark(`${folder}/gate`);
    await long;
    assertEquals(sorted(`${folder}/jots`), numbers(300));
  }
});

test("Pool.broadcast() leaves its call with the worker that is in a synchronous loop when others are taken back from it", async () => {
  await using pool = await warm(2);
  const workers = (await pool.broadcast(pid)).sort();
  const folder = scratch();
  const shorts = numbers(100).map((n) => pool.apply(brief, [`${folder}/jots`, n, 5]));
  const long = pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]);
  shorts.push(...numbers(100).map((n) => pool.apply(brief, [`${folder}/jots`, 100 + n, 5])));
  const calls = pool.broadcast(pid);
  await Promise.all(shorts);
  mark(`${folder}/gate`);
  assertEquals((await calls).sort(), workers);
  assert(workers.includes(await long));
  assertEquals(sorted(`${folder}/jots`), numbers(200));
});

test("Pool.broadcast() leaves the pool quiet while its call waits behind a long task", async () => {
  await using pool = await warm(2);
  const folder = scratch();
  const long = pool.apply(sleepUntil, [`${folder}/begun`, `${folder}/gate`, LONG]);
  await until(() => lines(`${folder}/begun`).length === 1, "it has begun");
  const calls = pool.broadcast(pid);
  const before = process.cpuUsage();
  await delay(500);
  const { user, system } = process.cpuUsage(before);
  mark(`${folder}/gate`);
  assert(user + system < 250_000, `${user + system} µs of 500 000 were spent`);
  assert((await calls).includes(await long));
});

test("PoolStats counts tasks once while they are taken back and run elsewhere", async () => {
  await using pool = await warm(2);
  const { completed: before } = pool.stats();
  const folder = scratch();
  const sums = new Set<number>();
  const look = () => {
    const { queued, running, completed, failed } = pool.stats();
    sums.add(queued + running + completed + failed - before);
  };
  const shorts = numbers(200).map((n) => pool.apply(brief, [`${folder}/jots`, n, 20]).finally(look));
  const long = pool.apply(spinUntil, [`${folder}/begun`, `${folder}/gate`, LONG]);
  shorts.push(...numbers(200).map((n) => pool.apply(brief, [`${folder}/jots`, 200 + n, 20]).finally(look)));
  await Promise.all(shorts);
  mark(`${folder}/gate`);
  await long;
  look();
  assertEquals([...sums], [401]);
});

noLeaks();
