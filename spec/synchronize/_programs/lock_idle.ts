/** Has locks of all kinds, used a moment ago: ends by itself. With an argument: waits for a lock that a child releases. */
import process from "node:process";
import { Event, Lock, Process } from "../../../mod.ts";
import { askAll } from "../_fixtures/lock_ways.ts";
import { makeAll } from "../_fixtures/lock_sharing.ts";
import { Queue } from "../../../mod.ts";

/** Holds the lock for a while, and releases it. */
export async function holdAWhile(lock: Lock, has: Event): Promise<void> {
  await lock.acquire();
  await has.set();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await lock.release();
}

if (import.meta.main) {
  if (process.argv[2] === "wait") {
    const [lock, has] = [new Lock(), new Event()];
    new Process({ target: holdAWhile, args: [lock, has], daemon: true }).start();
    await has.wait();
    console.log("asks");
    void lock.acquire().then((value) => console.log("has it", value));
  } else {
    const [all, to] = [makeAll(), new Queue<unknown>()];
    const child = new Process({ target: askAll, args: [all, to] }).start();
    await to.get();
    await child.join();
    await all[0].acquire();
    await all[4].wait({ timeout: 5 });
    await all[6].wait({ timeout: 5 }).catch(() => {});
    console.log("the end");
  }
}
