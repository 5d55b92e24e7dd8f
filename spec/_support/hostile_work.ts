/** Work of children whose parent is under attack. */
import type { Queue } from "../../mod.ts";

/** Sends back twice what it gets, until it gets nothing. */
export async function double(into: Queue<number | null>, out: Queue<number>): Promise<void> {
  for (let number = await into.get(); number !== null; number = await into.get()) await out.put(2 * number);
}

/** Puts one thing and ends. */
export async function putOnce(queue: Queue<number>, number: number): Promise<void> {
  await queue.put(number);
}

export function square(number: number): number {
  return number * number;
}
