/** Locks on both sides of a fork. */
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { actsOf, makeAll } from "../_fixtures/lock_sharing.ts";
import { outcome, reap, tell } from "../../replay/_fixtures/replay_tell.ts";

const all = makeAll();
const [lock, rlock, semaphore, bounded, event, condition, barrier] = all;
const held = await snapshot(async () => {
  for (const each of [lock, rlock, rlock, semaphore, bounded, condition]) await each.acquire();
  return await lock.locked();
});
await event.set();
const { asks } = actsOf(makeAll());
const given: unknown[] = [];
const early = asks.map((ask) => outcome(ask));
await Promise.race([Promise.all(early), new Promise((resolve) => setTimeout(resolve, 50))]);
await semaphore.release();
await semaphore.acquire().catch((error) => given.push(error.name));

if (fork() === 0) {
  for (const each of early) given.push(await outcome(() => each));
  tell("asked", given);
  tell("child", held, [
    await outcome(() => lock.acquire({ timeout: 0 })),
    await outcome(() => rlock.acquire({ timeout: 0 })),
    await outcome(() => rlock.release()),
    await outcome(() => condition.notify()),
    await semaphore.getValue(),
    await bounded.getValue(),
    await event.isSet(),
  ]);
  await event.clear();
  await lock.release(); // as any process may
  await lock.acquire();
  tell("place", await barrier.wait());
} else {
  for (const n of [1, 2, 3]) void barrier.wait().catch(() => n);
  tell("place", await barrier.wait({ timeout: 15_000 }));
  await reap();
  for (const each of [rlock, rlock, condition]) await each.release();
  tell("parent", [await event.isSet(), await rlock.locked(), (await lock.hold()).abandoned]);
  process.exit(0); // what was asked before the fork waits still
}
