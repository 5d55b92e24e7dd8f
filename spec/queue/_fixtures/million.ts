/** Functions that children run to pass a million items. */
import process from "node:process";
import type { Queue } from "../../../mod.ts";

const COUNT = 1_000_000;
/** So many puts and gets are under way at once. */
const COMPANY = 500;

/** Resident memory in MiB. */
export function weigh(): number {
  return process.memoryUsage().rss / 1024 / 1024;
}

export async function putMillion(queue: Queue<number>): Promise<void> {
  for (let n = 0; n < COUNT; n += COMPANY) {
    const puts: Promise<void>[] = [];
    for (let at = n; at < n + COMPANY; at++) puts.push(queue.put(at));
    await Promise.all(puts);
  }
}

/** What the taker tells: that it has taken a tenth, and in the end what it has taken. */
export type Told = "a tenth" | { sum: number; count: number; grown: number };

/** Adds all items up until the queue is closed. */
export async function sumAndWeigh(queue: Queue<number>, to: Queue<Told>): Promise<void> {
  let sum = 0;
  let count = 0;
  let early = 0;
  const taking = Array.from({ length: COMPANY }, async () => {
    for await (const item of queue) {
      sum += item;
      if (++count !== COUNT / 10) continue;
      early = weigh();
      await to.put("a tenth");
    }
  });
  await Promise.all(taking);
  await to.put({ sum, count, grown: weigh() - early });
}
