/**
 * Which worker gets which of the tasks that wait, and which gives tasks back.
 *
 * @module
 */
import type { TaskQueue } from "./task_queue.ts";
import type { WorkerHandle } from "./worker_handle.ts";

export class TaskDispatcher {
  readonly #queue: TaskQueue;
  readonly #size: number;

  /** @param size number of workers of the pool */
  constructor(queue: TaskQueue, size: number) {
    this.#queue = queue;
    this.#size = size;
  }

  /** Sends tasks to the workers that have the fewest, until none has room. */
  dispatch(workers: Iterable<WorkerHandle>): void {
    while (this.#queue.size > 0) {
      const hasSlot = this.#hasSlot(workers);
      let least: WorkerHandle | null = null;
      for (const worker of workers) {
        if (worker.room <= 0 || worker.load === 0 && !hasSlot) continue;
        if (least === null || worker.load < least.load) least = worker;
      }
      if (least === null) return;
      // Several at once when many wait, so as not to search for each.
      const share = Math.ceil(this.#queue.size / (4 * this.#size));
      for (let count = Math.min(least.room, share); count > 0; count--) {
        const task = this.#queue.shift();
        if (task === undefined) return;
        least.send(task);
      }
    }
  }

  /**
   * Whether another worker may begin to run tasks. A worker that retires or is being ended may still run one while its
   * replacement is ready: together they never run more tasks than the pool has workers.
   */
  #hasSlot(workers: Iterable<WorkerHandle>): boolean {
    let busy = 0;
    for (const { load } of workers) if (load > 0) busy++;
    return busy < this.#size;
  }

  /** Sends pinned tasks to the workers that have a slot. */
  sendPinned(workers: Iterable<WorkerHandle>): void {
    for (const worker of workers) {
      if (worker.load > 0 || this.#hasSlot(workers)) worker.sendPinned();
    }
  }

  /** When a worker is idle, asks the others for tasks that they have not begun. */
  recall(workers: ReadonlySet<WorkerHandle>): void {
    if (!this.#hasSlot(workers)) return;
    let idle = 0;
    for (const { room, load } of workers) if (load === 0 && room > 0) idle++;
    if (idle === 0 || idle === workers.size) return;
    for (const worker of workers) worker.recall();
  }
}
