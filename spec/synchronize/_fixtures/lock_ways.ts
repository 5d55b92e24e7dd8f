/** Functions that children run with locks, semaphores, events, conditions and barriers. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
import type { Barrier, Condition, Event, Held, Lock, Queue, Semaphore, Value } from "../../../mod.ts";
import { blockForGood } from "../../_support/blocking.ts";

/** One act that a child is told to do. */
export interface Order {
  number: number;
  act: string;
  args: unknown[];
}

/** What a child tells of an act: that the owner knows of it, or what it came to. */
export interface Report {
  number: number;
  type: "begun" | "done" | "failed";
  value?: unknown;
}

type Acts = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Does what it is told with what it is given. */
export async function obey(object: object, orders: Queue<Order>, reports: Queue<Report>): Promise<void> {
  const held = new Map<number, Held>();
  const signals = new Map<number, AbortController>();
  const acts = object as unknown as Acts;
  for (;;) {
    const { number, act, args } = await orders.get();
    if (act === "kill") nodeProcess().kill(thisProcess().pid, "SIGKILL");
    if (act === "exit") nodeProcess().exit(3);
    if (act === "throw") throw new Error("as told");
    if (act === "return") return;
    if (act === "spin") blockForGood();
    if (act === "cancel") {
      signals.get(args[0] as number)!.abort(new Error("called off"));
      await probe(acts);
      await reports.put({ number, type: "begun" });
      continue;
    }
    const controller = new AbortController();
    signals.set(number, controller);
    const options = { ...args[0] as object, signal: controller.signal };
    const perform = async () => {
      if (act === "dispose") return await held.get(args[0] as number)![Symbol.asyncDispose]();
      if (["acquire", "hold", "wait"].includes(act)) args[0] = options;
      const value = await acts[act]!.call(object, ...args);
      if (act !== "hold") return value;
      held.set(number, value as Held);
      return (value as Held).abandoned;
    };
    perform().then(
      (value) => reports.put({ number, type: "done", value }),
      (value) => reports.put({ number, type: "failed", value }),
    );
    // What is asked later is answered later.
    await probe(acts);
    await reports.put({ number, type: "begun" });
  }
}

async function probe(acts: Acts): Promise<void> {
  for (const name of ["locked", "getValue", "isSet", "nWaiting"]) {
    if (name in acts) return void await acts[name]!();
  }
  await acts.notify!(0).catch(() => {});
}

/** Adds one, so often, in two steps that only the lock keeps together. */
export async function addUnder(lock: Lock | Semaphore | Condition, value: Value, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await using _ = await lock.hold();
    await value.set(await value.get() + 1);
  }
}

/** Tries to get it with timeouts that come about when it does; tells how often each came first. */
export async function snatch(lock: Lock | Semaphore, times: number, out: Queue<unknown>): Promise<void> {
  let got = 0;
  for (let n = 0; n < times; n++) {
    if (!await lock.acquire({ timeout: n % 3 * 0.4 })) continue;
    got++;
    await lock.release();
  }
  await out.put([got, times - got]);
}

/**
 * Tries to get it `times` times, with timeouts that come about when it does. Adds one to `sum`, in two steps that only the
 * lock keeps together, whenever it has it; tells how often it had it.
 */
export async function contend(lock: Lock, times: number, sum: Value, out: Queue<number>): Promise<void> {
  let got = 0;
  for (let n = 0; n < times; n++) {
    await new Promise((resolve) => setTimeout(resolve, 0)); // at home all of this takes no turn of the event loop
    if (!await lock.acquire({ timeout: n % 4 * 0.4 })) continue;
    got++;
    await sum.set(await sum.get() + 1);
    await lock.release();
  }
  await out.put(got);
}

/** Goes through many rounds; tells the sum of its places, and how often it was the first. */
export async function align(barrier: Barrier, out: Queue<unknown>, rounds: number): Promise<void> {
  let [sum, first] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const index = await barrier.wait();
    sum += index;
    if (index === 0) first++;
  }
  await out.put([sum, first]);
}

/** Waits with all others, and tells how many they are. */
export async function cross(barrier: Barrier, out: Queue<unknown>): Promise<void> {
  await barrier.wait();
  await out.put(barrier.parties);
}

/** Waits for its turn and says so. */
export async function follow(event: Event, out: Queue<unknown>): Promise<void> {
  await out.put(await event.wait());
}

/** Acquires and releases, as a task of a pool. */
export async function inTask(lock: Lock | Semaphore | Condition, n: number): Promise<number> {
  await using _ = await lock.hold();
  return n * n;
}

/** What each gives when it is asked something. */
export async function askAll(all: readonly object[], out: Queue<unknown>): Promise<void> {
  const [lock, rlock, semaphore, bounded, event, condition, barrier] = all as [
    Lock,
    Lock,
    Semaphore,
    Semaphore,
    Event,
    Condition,
    Barrier,
  ];
  await condition.acquire();
  const answers = [
    await lock.locked(),
    await rlock.locked(),
    await semaphore.getValue(),
    await bounded.getValue(),
    await event.isSet(),
    await condition.notify().then(() => "notified"),
    await barrier.nWaiting(),
    barrier.parties,
  ];
  await condition.release();
  await out.put(answers);
}

/** Goes in and out until it is killed; shows a second one inside as 2. */
export async function dieSomewhere(lock: Lock, inside: Value): Promise<never> {
  for (;;) {
    const held = await lock.hold();
    if (held.abandoned) await inside.set(0);
    await inside.add(1);
    await inside.add(-1);
    await held[Symbol.asyncDispose]();
  }
}

/** Makes one of each, hands them out, and exits when it is told to. */
export async function host(to: Queue<object[]>, stop: Event): Promise<void> {
  const { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } = await import("../../../mod.ts");
  const all = [new Lock(), new RLock(), new Semaphore(), new BoundedSemaphore(), new Event(), new Condition()];
  await to.put([...all, new Barrier(2)]);
  await stop.wait();
  nodeProcess().exit(4);
}

/** Makes a condition of somebody else's lock, and hands it out twice. */
export async function makeOf(lock: Lock, to: Queue<object[]>): Promise<void> {
  const { Condition } = await import("../../../mod.ts");
  const condition = new Condition(lock);
  await to.put([condition, condition]);
}

/** Takes one after the other as long as it is not killed, waiting for each with this timeout. */
export async function consume(condition: Condition, stock: Value, eaten: Value, timeout: number): Promise<never> {
  for (;;) {
    await using _ = await condition.hold();
    if (!await condition.waitFor(async () => await stock.get() > 0, { timeout })) continue;
    await stock.add(-1);
    await eaten.add(1);
  }
}
