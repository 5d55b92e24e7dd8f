/** Targets that meet the program that started them. */
import process from "node:process";
import { type Event, Pool, type Queue } from "../../../mod.ts";
import { mark } from "../../_support/scratch.ts";

/** Says that others can reach it, and goes on being there. */
export async function beReachable(sign: string): Promise<never> {
  await using pool = new Pool(1);
  mark(sign, `${await pool.apply(pidOf)}`);
  return await new Promise(() => setInterval(() => {}, 1_000));
}

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
