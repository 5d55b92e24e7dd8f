/** Functions that children run with queues into which they put one item after the other, or fill them. */
import type { Queue, QueueWait } from "../../../mod.ts";
import { blockForGood } from "../../_support/blocking.ts";
import { until } from "../../_support/async.ts";
import { exists, mark } from "../../_support/scratch.ts";

/** Puts numbers, marks the file `settled` when they are put, and lets no event loop turn from then on. */
export async function putMarkAndSpin(queue: Queue<number>, count: number, settled: string): Promise<never> {
  for (let n = 0; n < count; n++) await queue.put(n);
  mark(settled);
  blockForGood();
}

/** Puts -1 until the queue is full; gives how often. */
export async function fill(queue: Queue<number>, wait: QueueWait): Promise<number> {
  for (let count = 0;; count++) {
    try {
      await queue.put(-1, wait);
    } catch (error) {
      if ((error as Error).name !== "Full") throw error;
      return count;
    }
  }
}

/** The same when the file `marked` is there; tells how often. */
export async function fillWhenMarked(
  queue: Queue<number>,
  wait: QueueWait,
  marked: string,
  to: Queue<number>,
): Promise<void> {
  await until(() => exists(marked), "it is marked");
  await to.put(await fill(queue, wait));
}

/** Puts the name for good. */
export async function putName(queue: Queue<string>, name: string): Promise<never> {
  for (;;) await queue.put(name);
}
