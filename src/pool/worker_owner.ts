/**
 * What a worker tells its owner, the scheduler.
 *
 * @module
 */
import type { Task } from "./task.ts";
import type { WorkerEnd } from "./task_errors.ts";

/**
 * Gets what happens to a worker.
 *
 * @typeParam W how it knows a worker
 */
export interface WorkerOwner<W> {
  /** It has not begun these tasks, and will not. */
  tasksReturned(tasks: Task[]): void;
  /** It has run its initializer, and takes tasks. */
  workerReady(): void;
  /** It may have room for tasks, occupy too much memory, or need to be watched. */
  workerChanged(): void;
  /** It may not import the module of a task's function. Returns false when no other worker may either. */
  importRefused(worker: W, task: Task, url: string, isPinned: boolean): boolean;
  workerEnded(worker: W, end: WorkerEnd): void;
}
