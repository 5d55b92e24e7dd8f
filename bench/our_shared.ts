/**
 * Station: queues, locks and shared memory between this process and a child of it.
 *
 * @module
 */
import process from "node:process";
import { type Lock, Manager, Process, Queue, SharedMemory } from "../mod.ts";
import { mapped, resident } from "./held.ts";
import { serve } from "./serve.ts";
import { consume, fill, lend, type Order, produce, produceArrays, put, timePuts } from "./shared_tasks.ts";
import { latency, type Percentiles, timed } from "./timing.ts";

/** Milliseconds after which a process at rest has the memory that it keeps. */
const SETTLED = 300;
const BOUND = 1_000;
const TIMED_BOUND = 10_000;
/** Items that have passed before memory is looked at: what engines keep for all time is there then. */
const WARM = 1_500_000;

const children: Process[] = [];
const memories: SharedMemory[] = [];

/** A child that runs a task with its queue of orders and more. */
// deno-lint-ignore no-explicit-any
function started<O>(task: (orders: Queue<O>, ...args: any[]) => unknown, ...args: unknown[]) {
  const orders = new Queue<O>();
  const child = new Process({ target: task, args: [orders, ...args], daemon: true }).start();
  children.push(child);
  return { orders, child };
}

/** Makes it when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Producers of one queue, by its bound and their number. */
const producers = new Map<string, { queue: Queue<number>; orders: Queue<Order>[] }>();

function producersOf(bound: number, count: number): { queue: Queue<number>; orders: Queue<Order>[] } {
  const name = `${count} ${bound}`;
  let known = producers.get(name);
  if (known === undefined) {
    const queue = new Queue<number>(bound);
    const orders = Array.from({ length: count }, () => started<Order>(produce, queue).orders);
    producers.set(name, known = { queue, orders });
  }
  return known;
}

const timedProducer = once(() => {
  const [queue, told] = [new Queue<number>(TIMED_BOUND), new Queue<Percentiles>()];
  return { queue, told, ...started<number>(timePuts, queue, told) };
});

const consumer = once(() => {
  const [queue, done] = [new Queue<number>(), new Queue<number>()];
  return { queue, done, ...started<number>(consume, queue, done) };
});

const arrays = once(() => {
  const queue = new Queue<Float64Array>();
  return { queue, ...started<number>(produceArrays, queue) };
});

const lock = once(async () => {
  const locks = new Queue<Lock>();
  started<never>(lend, locks);
  return await locks.get();
});

let opened: Manager | undefined;
const manager = () => opened ??= new Manager();
const managed = { unbounded: once(() => manager().Queue<number>()), bounded: once(() => manager().Queue<number>(1e6)) };

const shared = once(() => {
  const memory = SharedMemory.create(64 * 2 ** 20);
  memories.push(memory);
  const done = new Queue<number>();
  return { memory, done, ...started<number>(fill, memory, done) };
});

async function takeAll(queue: Queue<number>, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await queue.get();
}

/** Items a second from the order to the last one that is here, of some producers together. */
async function fromChildren(
  { bound, producers, ...order }: Order & { bound: number; producers: number },
): Promise<number> {
  const { orders, queue } = producersOf(bound, producers);
  const count = producers * order.count;
  const time = await timed(async () => {
    for (const each of orders) await each.put(order);
    await takeAll(queue, count);
  });
  return count / time * 1000;
}

/** Times of so many puts into a queue with a bound, each of which the child awaits while the items are taken here. */
async function putTimes(count: number): Promise<Percentiles> {
  const { orders, queue, told } = timedProducer();
  await orders.put(count);
  await takeAll(queue, count + count / 10);
  return await told.get();
}

/** Items a second from the first put to the word of the child that it has the last one. */
async function toChild(order: Order): Promise<number> {
  const { orders, queue, done } = consumer();
  const time = await timed(async () => {
    await orders.put(order.count);
    await put(queue, order);
    await done.get();
  });
  return order.count / time * 1000;
}

/** Milliseconds of an array's way from the order to its being here. */
function arrayFromChild(bytes: number): Promise<number> {
  const { orders, queue } = arrays();
  return timed(async () => {
    await orders.put(bytes);
    const { length } = await queue.get();
    if (length !== bytes / 8) throw new Error("the array is not whole");
  });
}

/** Milliseconds of a put into a manager's queue, of many that follow each other. */
async function managerPut({ kind, count }: { kind: keyof typeof managed; count: number }): Promise<number> {
  const queue = managed[kind]();
  const time = await latency((n) => queue.put(n), count);
  await takeAll(queue, count);
  return time;
}

/** Milliseconds of acquire and release together. */
async function locking(count: number): Promise<number> {
  const held = await lock();
  return await latency(async () => {
    await held.acquire();
    await held.release();
  }, count);
}

/** Milliseconds from the order to write 64 MiB until they are seen here, and the memory that both processes have of it. */
async function memory(value: number): Promise<{ seen: number; own: number; size: number; held: number }> {
  const { orders, memory, done, child } = shared();
  const { buf } = memory;
  const seen = await timed(async () => {
    await orders.put(value);
    await done.get();
    if (buf[0] !== value || buf.at(-1) !== value) throw new Error("what was written is not seen");
  });
  if (buf.some((byte) => byte !== value)) throw new Error("not all that was written is seen");
  const own = await timed(() => buf.fill(value));
  const held = [process.pid, child.pid!].reduce((sum, pid) => sum + mapped(pid, memory.name), 0);
  return { seen, own, size: memory.size, held };
}

/** Memory of owner and producer before and after so many items have passed a bounded queue. */
async function flat(items: number): Promise<Record<"before" | "after", { owner: number; child: number }>> {
  const queue = new Queue<number>(BOUND);
  const { orders, child } = started<Order>(produce, queue);
  const pass = async (count: number) => {
    await orders.put({ count, together: BOUND });
    await takeAll(queue, count);
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
    return { owner: resident(process.pid), child: resident(child.pid!) };
  };
  const before = await pass(WARM);
  const after = await pass(items);
  await child.kill();
  return { before, after };
}

serve({ fromChildren, putTimes, toChild, arrayFromChild, managerPut, locking, memory, flat }, async () => {
  for (const memory of memories) memory.unlink();
  for (const child of children) child.kill();
  await opened?.shutdown();
});
