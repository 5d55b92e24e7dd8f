/** Locks and their like between two processes: who waits, and who is let go. */
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from "../../../mod.ts";
import { type AnyWay, outcome, way } from "./mixed_runtimes_way.ts";

const atOnce = { block: false } as const;

export const LOCK_WAYS: Record<string, AnyWay> = {
  Lock: way({
    make: () => new Lock(),
    async own(lock, talk) {
      await lock.acquire();
      await talk.say();
      await talk.hear(); // it waits
      await lock.release();
      await talk.hear(); // it has it
      const found = [await lock.acquire(atOnce), await lock.locked()];
      await talk.say();
      {
        await using held = await lock.hold();
        found.push(held.abandoned);
      }
      return found;
    },
    async use(lock, talk) {
      await talk.hear();
      const found = [await lock.acquire(atOnce), await lock.acquire({ timeout: 5 })];
      const acquired = lock.acquire();
      found.push(await lock.locked()); // asked after it
      await talk.say();
      found.push(await acquired);
      await talk.say();
      await talk.hear();
      await lock.release();
      return found;
    },
  }),
  RLock: way({
    make: () => new RLock(),
    async own(lock, talk) {
      await talk.hear(); // it has it twice
      const found = [await lock.acquire(atOnce), await outcome(() => lock.release())];
      const acquired = lock.acquire();
      await lock.acquire({ timeout: 5 });
      await talk.say();
      found.push(await acquired);
      await lock.release();
      return found;
    },
    async use(lock, talk) {
      const found = [await lock.acquire(), await lock.acquire()];
      await talk.say();
      await talk.hear();
      await lock.release();
      await lock.release();
      return found;
    },
  }),
  Semaphore: way({
    make: () => new Semaphore(2),
    async own(semaphore, talk) {
      await semaphore.acquire();
      await talk.say();
      await talk.hear(); // it has one and waits for another
      const found = [await semaphore.getValue()];
      await semaphore.release();
      await talk.hear();
      return [...found, await semaphore.getValue()];
    },
    async use(semaphore, talk) {
      await talk.hear();
      const found = [await semaphore.acquire()];
      const acquired = semaphore.acquire();
      await semaphore.getValue();
      await talk.say();
      found.push(await acquired);
      for (let n = 0; n < 3; n++) await semaphore.release();
      await talk.say();
      return found;
    },
  }),
  BoundedSemaphore: way({
    make: () => new BoundedSemaphore(1),
    async own(semaphore, talk) {
      await semaphore.acquire();
      await talk.say();
      await talk.hear(); // it waits
      await semaphore.release();
      await talk.hear();
      return await semaphore.getValue();
    },
    async use(semaphore, talk) {
      await talk.hear();
      const acquired = semaphore.acquire();
      await semaphore.getValue();
      await talk.say();
      const found = [await acquired];
      await semaphore.release();
      await talk.say();
      return [...found, await outcome(() => semaphore.release())];
    },
  }),
  Event: way({
    make: () => new Event(),
    async own(event, talk) {
      await talk.hear(); // it waits
      await event.set();
      await talk.hear();
      const found = [await event.isSet()];
      const woken = event.wait();
      await talk.say();
      return [...found, await woken];
    },
    async use(event, talk) {
      const found = [await event.wait({ timeout: 5 })];
      const woken = event.wait();
      await event.isSet();
      await talk.say();
      found.push(await woken);
      await event.clear();
      await talk.say();
      await talk.hear();
      await event.set();
      return found;
    },
  }),
  Condition: way({
    make: () => new Condition(),
    async own(condition, talk) {
      await talk.hear(); // it has the lock
      await condition.acquire(); // it waits
      await condition.notify();
      await condition.release();
      await condition.acquire();
      await talk.say();
      const woken = await condition.wait();
      await condition.release();
      return woken;
    },
    async use(condition, talk) {
      await condition.acquire();
      await talk.say();
      const found = [await condition.wait()];
      await condition.release();
      await talk.hear();
      await condition.acquire(); // the other waits
      await condition.notifyAll();
      await condition.release();
      return [...found, await outcome(() => condition.notify())];
    },
  }),
  Barrier: way({
    make: () => new Barrier(2),
    async own(barrier, talk) {
      const place = await barrier.wait();
      await talk.say(place);
      const broken = outcome(() => barrier.wait());
      await barrier.nWaiting();
      await talk.say();
      const found = [await broken, await barrier.broken()];
      await barrier.reset();
      return [...found, await barrier.broken()];
    },
    async use(barrier, talk) {
      const place = await barrier.wait();
      const places = [place, await talk.hear<number>()].sort();
      await talk.hear();
      const found = [barrier.parties, await barrier.nWaiting()];
      await barrier.abort();
      return [places, ...found];
    },
  }),
};
