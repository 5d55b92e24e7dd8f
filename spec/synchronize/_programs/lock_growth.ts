/** Makes, uses and drops many locks of all kinds; tells by how many MiB it has grown since it had warmed up. */
import process from "node:process";
import { makeAll } from "../_fixtures/lock_sharing.ts";

/** Rounds after which the path to a fork is forgotten, which grows up to then. */
const WARM = 8_000;

let early = 0;
for (let n = 0; n < WARM + 5_000; n++) {
  const [lock, rlock, semaphore, bounded, event, condition, barrier] = makeAll();
  for (const each of [lock, rlock, semaphore, bounded, condition]) await each.acquire();
  await Promise.all([event.set(), event.wait(), barrier.nWaiting()]);
  if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  if (n === WARM) early = process.memoryUsage().rss;
}
console.log((process.memoryUsage().rss - early) / 1024 / 1024);
