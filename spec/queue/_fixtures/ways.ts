/** Functions that children run with queues. */
import process from "node:process";
import { type JoinableQueue, Queue, type SimpleQueue } from "../../../mod.ts";
import { exists, mark, note } from "../../_support/scratch.ts";
import { blockFor, blockForGood, blockUntil } from "../../_support/blocking.ts";

export function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Puts each item when the one before is in the queue. */
export async function putEach(queue: Queue<unknown>, items: readonly unknown[]): Promise<void> {
  for (const item of items) await queue.put(item);
}

/** Puts two items. */
export async function putTwo(queue: Queue<unknown>): Promise<void> {
  await putEach(queue, [1, 2]);
}

/** Puts `count` items `[producer, n]`. */
export async function produce(queue: Queue<[string, number]>, producer: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await queue.put([producer, n]);
}

/** Passes everything on until the queue is closed. */
export async function passOn(from: Queue<unknown>, to: Queue<unknown>): Promise<void> {
  for await (const item of from) await to.put(item);
}

/** Passes everything on, with its name, until the queue is closed; says then that it is through. */
export async function collect(from: Queue<unknown>, to: Queue<unknown[]>, name: string): Promise<void> {
  for await (const item of from) await to.put([name, item]);
  await to.put([name, "through"]);
}

/** Tells what the queue says of itself. */
export async function tellSize(queue: Queue<unknown>, to: Queue<unknown>): Promise<void> {
  await to.put([await queue.qsize(), await queue.empty(), await queue.full()]);
}

export async function closeIt(queue: Queue<unknown>): Promise<void> {
  await queue.close();
}

/** Waits for an item and passes it on; marks the file `waiting` when the owner knows that it waits. */
export async function wait(queue: Queue<unknown>, to: Queue<unknown>, waiting: string): Promise<void> {
  const item = queue.get();
  await queue.qsize(); // asked after it
  mark(waiting);
  await to.put(await item);
}

/** The same with a put. */
export async function waitPut(queue: Queue<unknown>, item: unknown, waiting: string): Promise<void> {
  const put = queue.put(item);
  await queue.qsize();
  mark(waiting);
  await put;
}

/** Waits for an item and lets no event loop turn from then on, so that it never has it. */
export async function spinWhileWaiting(queue: Queue<unknown>, waiting: string): Promise<never> {
  void queue.get();
  await queue.qsize();
  mark(waiting);
  blockForGood();
}

/** Notes `count` items in the file `path` and kills itself in the very moment in which it has the last one. */
export async function dieAfter(queue: Queue<number>, count: number, path: string): Promise<void> {
  for (let taken = 0; taken < count; taken++) note(path, await queue.get());
  process.kill(process.pid, "SIGKILL");
}

/** Notes all items in the file `path` until the queue is closed. */
export async function noteAll(queue: Queue<unknown>, path: string): Promise<void> {
  for await (const item of queue) note(path, item);
}

/** Puts numbers of its own for good, and notes each in the file `path` when it is put. */
export async function putForGood(queue: Queue<number>, path: string): Promise<never> {
  for (let n = process.pid * 1e6;; n++) {
    await queue.put(n);
    note(path, n);
  }
}

/** Puts large arrays for good, some at once, and notes each in the file `path` when it is put. */
export async function putLarge(queue: Queue<Float64Array>, path: string, size: number): Promise<never> {
  let n = 0;
  const put = async () => {
    for (;;) {
      const number = n++;
      await queue.put(new Float64Array(size).fill(number));
      note(path, number);
      await later(20);
    }
  };
  await Promise.all([put(), put()]);
  throw new Error("it ends");
}

/** Puts numbers, and lets no event loop turn when the last one is put. */
export async function putAndSpin(queue: Queue<number>, count: number): Promise<never> {
  for (let n = 0; n < count; n++) await queue.put(n);
  blockForGood();
}

/** Puts numbers and computes `ms` after each; lets no event loop turn after the first. */
export async function putAndCompute(queue: Queue<number>, count: number, ms: number): Promise<never> {
  for (let n = 0; n < count; n++) {
    await queue.put(n);
    blockFor(ms);
  }
  blockForGood();
}

/** Puts items, computes, puts `count` more, marks `path` when they are put, and lets no event loop turn from then on. */
export async function putMoreAndSpin(queue: Queue<string>, count: number, size: number, path: string): Promise<never> {
  for (const item of ["first", "second"]) await queue.put(item);
  blockFor(50);
  for (let n = 0; n < count; n++) await queue.put(`${n}`.padEnd(size));
  mark(path);
  blockForGood();
}

/** Puts numbers, `ms` apart, and lets no event loop turn between them, until one is refused. Tells how many were put. */
export async function putUntilClosed(queue: Queue<number>, ms: number, to: Queue<unknown>): Promise<void> {
  for (let n = 0;; n++) {
    try {
      await queue.put(n);
    } catch (error) {
      return await to.put([n, (error as Error).name, (error as { value?: unknown }).value]);
    }
    blockFor(ms);
  }
}

/** Puts `count` items and returns at once. */
export function putAndReturn(queue: Queue<number>, count: number): void {
  for (let n = 0; n < count; n++) void queue.put(n);
}

export async function putAndEnd(queue: Queue<unknown>, item: unknown): Promise<void> {
  await queue.put(item);
}

/** Takes with timeouts that race with the items until it has got `last`; passes on what it gets. */
export async function race(from: Queue<number>, to: Queue<number>, by: "timeout" | "signal"): Promise<void> {
  for (let round = 0;; round++) {
    const timeout = 1 + round % 3;
    try {
      const item = await from.get(by === "timeout" ? { timeout } : { signal: AbortSignal.timeout(timeout) });
      await to.put(item);
      if (item < 0) return;
    } catch (error) {
      if (!/Empty|TimeoutError/.test((error as Error).name)) throw error;
    }
  }
}

/** Puts numbers with timeouts that race with the takers; gives those that were said to be put. */
export async function racePut(queue: Queue<number>, count: number, by: "timeout" | "signal"): Promise<number[]> {
  const put: number[] = [];
  for (let n = 0; n < count; n++) {
    const timeout = 1 + n % 3;
    try {
      await queue.put(n, by === "timeout" ? { timeout } : { signal: AbortSignal.timeout(timeout) });
      put.push(n);
    } catch (error) {
      if (!/Full|TimeoutError/.test((error as Error).name)) throw error;
    }
  }
  return put;
}

/** Tells what `racePut()` gives. */
export async function tellRacePut(
  queue: Queue<number>,
  count: number,
  by: "timeout" | "signal",
  to: Queue<number[]>,
): Promise<void> {
  await to.put(await racePut(queue, count, by));
}

/** Works until there is a null. */
export async function workOff(queue: JoinableQueue<number | null>, done: string): Promise<void> {
  for (;;) {
    const item = await queue.get();
    if (item === null) break;
    note(done, item);
    await queue.taskDone();
  }
}

/** Hands out queues that live here, the second one for one item, and ends when there is something in the third. */
export async function handOwn(to: Queue<Queue<number>[]>): Promise<void> {
  const queues = [new Queue<number>(), new Queue<number>(1), new Queue<number>()];
  await to.put(queues);
  await queues[2]!.get();
}

/** Hands a queue of one place over by a clock that is wrong by so many milliseconds; ends when it is told. */
export async function handOwnAt(to: Queue<Queue<string>>, shift: number): Promise<void> {
  const now = Date.now;
  Date.now = () => now() + shift;
  const queue = new Queue<string>(1);
  const end = new Queue<string>();
  await to.put(queue);
  await to.put(end);
  await end.get();
}

/** Waits for an item, lets no event loop turn until the file `go` is there, and gives up then. Tells the next three. */
export async function getAndAbort(
  queue: Queue<unknown>,
  waits: string,
  go: string,
  to: Queue<unknown[]> | null = null,
): Promise<void> {
  await queue.qsize();
  const control = new AbortController();
  const getting = queue.get({ signal: control.signal }).then(() => "got", (error) => error);
  await later(100); // the owner has the request, and nothing else happens here
  mark(waits);
  blockUntil(() => exists(go), 60_000);
  control.abort("given up");
  if (to !== null) await to.put(await Promise.all([1, 2, 3].map(() => queue.get())));
  const outcome = await getting;
  if (outcome !== "given up") throw new Error(String(outcome));
}

/** Gets with a bound from two queues whose process is busy; marks `ready` before, `over` after, tells in `told`. */
export async function getWhileBusy(queues: readonly Queue<unknown>[], folder: string): Promise<void> {
  for (const queue of queues) await queue.qsize();
  mark(`${folder}/ready`);
  await later(100);
  const names = await Promise.all(
    queues.map((queue) => queue.get({ timeout: 100 }).then(() => "got", (error) => error.name)),
  );
  mark(`${folder}/told`, names.join());
  mark(`${folder}/over`);
}

/** Puts with a bound into queues whose process is busy; marks `ready` before, `over` after, tells in `told`. */
export async function putWhileBusy(
  queues: readonly Queue<unknown>[],
  folder: string,
  by: "timeout" | "signal",
  isConnected: boolean = true,
): Promise<void> {
  if (isConnected) { for (const queue of queues) await queue.qsize(); }
  mark(`${folder}/ready`);
  await later(100);
  const names = await Promise.all(
    queues.map((queue) =>
      queue.put("late", by === "timeout" ? { timeout: 100 } : { signal: AbortSignal.timeout(100) })
        .then(() => "put", (error) => error.name)
    ),
  );
  mark(`${folder}/told`, names.join());
  mark(`${folder}/over`);
}

/** Tells how put, or get again and again, ends on a closed queue. */
export async function tellClosed(queue: Queue<unknown>, to: Queue<unknown>, act: "put" | "get"): Promise<void> {
  const item = { n: 2 };
  try {
    for (;;) {
      if (act === "put") await queue.put(item);
      else await to.put(await queue.get());
    }
  } catch (error) {
    const { name, message, value } = error as Error & { value: unknown };
    await to.put([name, message, value ?? null, act === "get" || value === item]);
  }
}

/** Waits in put or get, marks the file `waiting` when the owner knows, and tells how it ends. */
export async function waitClosed(
  queue: Queue<unknown>,
  to: Queue<unknown>,
  act: "put" | "get",
  waiting: string,
): Promise<void> {
  const ends = (act === "put" ? queue.put("a child's") : queue.get())
    .then(() => "nothing", (error) => [error.name, error.value ?? null]);
  await queue.qsize();
  mark(waiting);
  await to.put(await ends);
}

/** Joins; says so before, unless it has a bound. */
export async function joinAndTell(queue: JoinableQueue<unknown>, to: Queue<unknown>, timeout?: number): Promise<void> {
  const joining = queue.join(timeout === undefined ? {} : { timeout });
  await queue.qsize(); // asked after it
  if (timeout === undefined) await to.put("joins");
  await to.put(await joining);
}

/** Tells the class of the first queue, and whether the second is the same one. */
export async function kindOf([first, second]: readonly object[], to: Queue<unknown>): Promise<void> {
  await to.put([first!.constructor.name, first === second]);
}

/** Gives one item back, and tells how the next wait ends. */
export async function bounce(from: SimpleQueue<unknown>, to: SimpleQueue<unknown>): Promise<void> {
  await to.put([await from.get(), await from.empty()]);
  try {
    await from.get();
  } catch (error) {
    await to.put((error as Error).name);
  }
}

/** Notes `count` items in the file `path` and returns. */
export async function takeSome(queue: Queue<number>, count: number, path: string): Promise<void> {
  for (let taken = 0; taken < count; taken++) note(path, await queue.get());
}

/** Notes `count` items in the file `path`, and lets no event loop turn from then on. */
export async function takeAndSpin(queue: Queue<number>, count: number, path: string): Promise<never> {
  await takeSome(queue, count, path);
  blockForGood();
}
