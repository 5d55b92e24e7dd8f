/**
 * What the measured children do with shared objects: each waits for orders, one after the other, until it is ended.
 *
 * @module
 */
import process from "node:process";
import { Lock, type Queue, type SharedMemory } from "../mod.ts";
import { type Percentiles, percentiles } from "./timing.ts";

/** So many items, and how many of them are put at once. */
export interface Order {
  count: number;
  together: number;
}

/** Puts numbers, as it is ordered. */
export async function put(queue: Queue<number>, { count, together }: Order): Promise<void> {
  if (together === 1) { for (let n = 0; n < count; n++) await queue.put(n); }
  else {for (let n = 0; n < count; n += together) {
      await Promise.all(Array.from({ length: together }, () => queue.put(n)));
    }}
}

/** Puts as it is ordered. */
export async function produce(orders: Queue<Order>, queue: Queue<number>): Promise<void> {
  for await (const order of orders) await put(queue, order);
}

/** Puts so many numbers as are ordered, one after the other, and tells the times of the puts. */
export async function timePuts(orders: Queue<number>, queue: Queue<number>, told: Queue<Percentiles>): Promise<void> {
  for await (const count of orders) await told.put(await percentiles(() => queue.put(1), count));
}

/** Takes so many items as are ordered, one by one, and says when it has them. */
export async function consume(orders: Queue<number>, queue: Queue<number>, done: Queue<number>): Promise<void> {
  for await (const count of orders) {
    let sum = 0;
    for (let n = 0; n < count; n++) sum += await queue.get();
    await done.put(sum);
  }
}

/** Puts arrays of so many bytes as are ordered. */
export async function produceArrays(orders: Queue<number>, queue: Queue<Float64Array>): Promise<void> {
  let array: Float64Array | undefined;
  for await (const bytes of orders) await queue.put(array ??= new Float64Array(bytes / 8).fill(1.5));
}

/** Makes a lock that lives here, and stays until it is ended. */
export async function lend(orders: Queue<never>, locks: Queue<Lock>): Promise<void> {
  await locks.put(new Lock());
  for await (const _ of orders);
}

/** Fills memory that it shares with the number that is ordered, and says when it has. */
export async function fill(orders: Queue<number>, memory: SharedMemory, done: Queue<number>): Promise<void> {
  for await (const value of orders) {
    memory.buf.fill(value);
    await done.put(process.pid);
  }
}
