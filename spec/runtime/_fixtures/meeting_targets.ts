/** Targets that meet the program that started them. */
import process from "node:process";
import type { Event, Queue } from "../../../mod.ts";

export function pidOf(): number {
  return process.pid;
}

export async function put(queue: Queue<unknown>, item: unknown): Promise<void> {
  await queue.put(item);
}

/** Says that it runs, and puts when it is told to: over a connection that it opens then. */
export async function putLater(told: Event, running: Event, queue: Queue<unknown>): Promise<void> {
  await running.set();
  await told.wait();
  await queue.put("late");
}
