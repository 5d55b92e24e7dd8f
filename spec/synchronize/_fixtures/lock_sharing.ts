/** All kinds of locks, in children that make some or are given them as fields. */
import process from "node:process";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  Process,
  type Queue,
  RLock,
  Semaphore,
  type Value,
} from "../../../mod.ts";
import { mark } from "../../_support/scratch.ts";
import { askAll } from "./lock_ways.ts";

export type All = [Lock, RLock, Semaphore, BoundedSemaphore, Event, Condition, Barrier];

/** One of each. */
export function makeAll(): All {
  return [
    new Lock(),
    new RLock(),
    new Semaphore(3),
    new BoundedSemaphore(4),
    new Event(),
    new Condition(),
    new Barrier(5),
  ];
}

/** Made by whichever process loads this module. */
export const made: All = makeAll();

async function nameOf(act: () => Promise<unknown>): Promise<string> {
  try {
    return String(await act());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/**
 * Waits with bounds at each of them while their owner is busy, holding the condition's lock; marks `ready` before, and
 * `over` when those are over that give up at once, of which it tells in `told`. Tells what the others come to, and ends when it is told.
 */
export async function waitWhileBusy(
  [lock, rlock, semaphore, bounded, event, condition, barrier]: All,
  to: Queue<unknown>,
  end: Queue<null>,
  folder: string,
  by: "timeout" | "signal",
): Promise<void> {
  for (const each of [lock, rlock]) await each.locked();
  await condition.acquire();
  mark(`${folder}/ready`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const control = new AbortController();
  if (by === "signal") setTimeout(() => control.abort("over"), 100);
  const wait = by === "timeout" ? { timeout: 100 } : { signal: control.signal };
  const told = (outcome: Promise<unknown>) => outcome.catch((error) => error.name ?? error);
  const slow = [told(condition.wait(wait)), told(barrier.wait(wait))];
  const quick = [
    lock.acquire(wait),
    rlock.acquire(wait),
    semaphore.hold(wait),
    bounded.acquire(wait),
    event.wait(wait),
  ];
  mark(`${folder}/told`, JSON.stringify(await Promise.all(quick.map(told))));
  mark(`${folder}/over`);
  await to.put(await Promise.all(slow));
  await end.get();
  await condition.release();
}

/** An act that gives something and one that gives nothing, for each. */
export function actsOf([lock, rlock, semaphore, bounded, event, condition, barrier]: All) {
  const asks = [
    () => lock.acquire({ timeout: 0 }),
    () => rlock.locked(),
    () => semaphore.getValue(),
    () => bounded.hold(),
    () => event.wait(),
    () => condition.wait(),
    () => barrier.wait(),
    () => barrier.nWaiting(),
    () => condition.waitFor(() => false),
  ];
  const acts = [
    () => lock.release(),
    () => rlock.release(),
    () => semaphore.release(),
    () => bounded.release(),
    () => event.set(),
    () => condition.notify(),
    () => barrier.abort(),
    () => event.clear(),
    () => barrier.reset(),
    () => condition.notifyAll(),
  ];
  return { asks, acts };
}

/** Tells what use the module's own are in this process. */
export async function useMade(to: Queue<unknown>): Promise<void> {
  const { asks, acts } = actsOf(made);
  const told: string[] = [];
  for (const act of [...asks, ...acts]) told.push(await nameOf(act));
  for (const each of made) told.push(await nameOf(() => to.put([each])));
  await to.put(told);
}

export class Asker extends Process {
  fields: { all: readonly object[]; to: Queue<unknown> };

  constructor(all: readonly object[], to: Queue<unknown>) {
    super();
    this.fields = { all, to };
  }

  override async run(): Promise<void> {
    await askAll(this.fields.all, this.fields.to);
  }
}

/** Asks in a child of its own. */
export async function askBelow(all: readonly object[], to: Queue<unknown>): Promise<void> {
  await new Process({ target: askAll, args: [all, to] }).start().join();
}

/** Gives back what it was given, twice, and whether both were one there. */
export async function giveBack(all: readonly object[], again: ReadonlyMap<string, object>, to: Queue<unknown>) {
  const isSame = all.every((each, at) => each === again.get(String(at)));
  await to.put([all, isSame]);
}

/** Gives back what it was given, when it is told to. */
export async function giveLater(all: readonly object[], when: Event, to: Queue<unknown>): Promise<void> {
  await when.wait();
  await to.put(all);
}

/** Releases without waiting for that, and returns. */
export async function releaseAndReturn(all: All): Promise<void> {
  const [lock, rlock, semaphore, , event, condition] = all;
  for (const each of [lock, rlock, semaphore, condition]) await each.acquire();
  for (const each of [lock, rlock, semaphore, condition]) void each.release();
  void event.set();
}

let given: All | undefined;

export function keep(...all: All): void {
  given = all;
}

/** Adds one in two steps, under the lock that the initializer was given. */
export async function addKept(value: Value): Promise<void> {
  await using _ = await given![0].hold();
  await value.set(await value.get() + 1);
}

/** Takes them, and is lost. */
export async function takeAndDie(all: All): Promise<never> {
  const [lock, rlock, semaphore, bounded, , condition] = all;
  for (const each of [lock, rlock, semaphore, bounded, condition]) await each.acquire();
  process.kill(process.pid, "SIGKILL");
  return await new Promise<never>(() => {});
}
