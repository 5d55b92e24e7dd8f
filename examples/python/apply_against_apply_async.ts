/** The difference, counted: how many tasks run at the same time with apply() and with applyAsync(). */
import { getpid, Pool } from "../../mod.ts";
import { delay } from "./delay.ts";

interface Span {
  pid: number;
  start: number;
  end: number;
}

export async function work(ms: number): Promise<Span> {
  const start = Date.now();
  await delay(ms);
  return { pid: getpid(), start, end: Date.now() };
}

/** The most tasks that ran at one moment. */
function most(spans: Span[]): number {
  return Math.max(
    ...spans.map(({ start }) => spans.filter((other) => other.start <= start && start < other.end).length),
  );
}

if (import.meta.main) {
  const pool = new Pool(3);
  const oneByOne: Span[] = [];
  for (let task = 0; task < 6; task++) oneByOne.push(await pool.apply(work, [50]));
  console.log(`apply: ${most(oneByOne)} at a time`);
  const results = Array.from({ length: 6 }, () => pool.applyAsync(work, [300]));
  console.log(`applyAsync: ready at once: ${results.some((result) => result.ready())}`);
  const together = await Promise.all(results);
  console.log(`applyAsync: ${most(together)} at a time in ${new Set(together.map(({ pid }) => pid)).size} processes`);
  pool.close();
  await pool.join();
}
