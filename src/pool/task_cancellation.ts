/**
 * Cancels a task that a worker has: tells the worker, and ends it when the task does
 * not give way.
 *
 * @module
 */
import { readArrivals } from "../runtime/arrivals.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/** Cancels a task, which has `graceMs` to stop. */
export function cancelTask(worker: WorkerHandle, task: Task, reason: unknown, graceMs: number): void {
  worker.abort(task, reason);
  endIfRunning(worker, task, graceMs);
}

/** A task behind others may begin before the worker reads that it is cancelled, so it is waited for as well. */
function endIfRunning(worker: WorkerHandle, task: Task, graceMs: number): void {
  // Does not keep the program alive: a task that is still there does that itself.
  thisProcess().unrefTimeout(Math.max(1, Math.min(graceMs, MAX_TIMEOUT_MS)), async () => {
    if (worker.has(task) && worker.tasks.front === task) {
      worker.readJournal(true); // it begins no other task, and what it has answered counts
      await readArrivals();
    }
    if (!worker.has(task)) return;
    if (worker.tasks.front === task) worker.process.end(graceMs);
    else endIfRunning(worker, task, graceMs);
  });
}
