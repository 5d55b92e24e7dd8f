/**
 * Broadcasts of a pool. Each waits until all workers have started, and then has one
 * task for each worker. Tasks of a worker that cannot run them go to one successor,
 * so that no worker runs two tasks of the same broadcast.
 *
 * @module
 */
import type { Supervisor } from "./supervisor.ts";
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/** Makes the tasks of a broadcast, one for each worker. */
export type BroadcastTasks = (workers: number) => Task[];

/** Tasks of one worker that could not run them, and the worker that got them instead. */
interface OrphanedTasks {
  readonly tasks: Task[];
  successor: WorkerHandle | null;
}

export class Broadcasts {
  /** Broadcasts that wait until all workers have started. */
  #waiting: BroadcastTasks[] = [];
  /** Tasks that wait for a successor. */
  readonly #orphaned: OrphanedTasks[] = [];
  readonly #byWorker = new WeakMap<WorkerHandle, OrphanedTasks>();

  add(tasksFor: BroadcastTasks): void {
    this.#waiting.push(tasksFor);
  }

  /** Whether anything waits. */
  get isWaiting(): boolean {
    return this.#waiting.length + this.#orphaned.length > 0;
  }

  /** How many successors are wanted. */
  get wantedSuccessors(): number {
    return this.#orphaned.length;
  }

  /** Tasks that wait for a successor. */
  get orphanedTasks(): number {
    return this.#orphaned.reduce((sum, { tasks }) => sum + tasks.length, 0);
  }

  /** Makes the tasks of all broadcasts that wait, one for each of the workers, unless some are still starting. */
  start(supervisor: Pick<Supervisor, "starting" | "takers">): void {
    if (this.#waiting.length === 0 || supervisor.starting > 0) return;
    const workers = supervisor.takers;
    for (const tasksFor of this.#waiting.splice(0)) {
      const tasks = tasksFor(workers.length);
      workers.forEach((worker, at) => worker.pin(tasks[at]!));
    }
  }

  /** Takes tasks that `worker` will not run. Its successor gets them, now if there is one. */
  orphan(worker: WorkerHandle, tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const known = this.#byWorker.get(worker);
    if (known?.successor?.takesTasks) {
      for (const task of tasks) known.successor.pin(task);
    } else if (known !== undefined && known.successor === null) {
      known.tasks.push(...tasks);
    } else {
      const orphaned = { tasks: [...tasks], successor: null };
      this.#byWorker.set(worker, orphaned);
      this.#orphaned.push(orphaned);
    }
  }

  /** Gives a successor the tasks that have waited longest. */
  adopt(successor: WorkerHandle): void {
    const orphaned = this.#orphaned.shift();
    if (orphaned === undefined) return;
    orphaned.successor = successor;
    for (const task of orphaned.tasks) successor.pin(task);
  }

  /** Takes out all tasks that wait. */
  clear(): Task[] {
    const orphaned = this.#orphaned.splice(0).flatMap(({ tasks }) => tasks);
    return [...orphaned, ...this.#waiting.splice(0).flatMap((tasksFor) => tasksFor(1))];
  }
}
