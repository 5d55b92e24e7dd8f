import type { Queue, Value } from "../../../mod.ts";

/** Counts the tasks that run at once, and notes which has begun. */
export async function countRunning(now: Value, most: Value, order: Queue<number>, n: number): Promise<void> {
  const count = await now.add(1);
  if (count > Number(await most.get())) await most.set(count);
  await order.put(n);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await now.add(-1);
}
