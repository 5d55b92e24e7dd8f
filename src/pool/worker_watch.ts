/**
 * Looks after workers while they run tasks: reads the journal of one whose first
 * task is long, finds tasks that run for longer than they may, and says when to
 * look again.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { RearmableTimer } from "../runtime/rearmable_timer.ts";
import type { SupervisorOptions } from "./supervisor.ts";
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";

export class WorkerWatch {
  readonly #options: SupervisorOptions;
  readonly #timer: RearmableTimer;
  readonly #onOverdue: (task: Task, limitMs: number) => void;
  /** Tasks that seem to be overdue. */
  readonly #suspects = new WeakSet<Task>();

  /**
   * @param onDue called when it is time to look again
   * @param onOverdue called with a task that has run for longer than it may
   */
  constructor(options: SupervisorOptions, onDue: () => void, onOverdue: (task: Task, limitMs: number) => void) {
    this.#options = options;
    this.#timer = new RearmableTimer(onDue);
    this.#onOverdue = onOverdue;
  }

  /** Looks at all workers. `hasSurplus`: there are more than must be kept. */
  look(workers: Iterable<WorkerHandle>, hasSurplus: boolean): void {
    const now = performance.now();
    for (const worker of workers) {
      const { checkAt } = worker;
      if (checkAt <= now) worker.readJournal(this.#options.size > 1); // another worker can run what has not begun
      else if (checkAt < Infinity) this.#timer.in(checkAt - now);
      else this.#checkTime(worker, now);
      if (worker.state === "ready") this.#awaitRetirement(worker, hasSurplus, now);
    }
  }

  #checkTime(worker: WorkerHandle, now: number): void {
    const { front, frontSince } = worker.tasks;
    const { taskTimeout } = this.#options;
    if (taskTimeout === Infinity || front === null) return;
    const limitMs = taskTimeout * front.items;
    const left = frontSince + limitMs - now;
    if (left > 0) this.#timer.in(left);
    else this.#suspect(worker, front, limitMs);
  }

  /** The result of a task that seems to be overdue may have arrived while this process was busy: it is read first. */
  #suspect(worker: WorkerHandle, task: Task, limitMs: number): void {
    if (task.settled || this.#suspects.has(task)) return;
    this.#suspects.add(task);
    const check = () => {
      this.#suspects.delete(task);
      if (!task.settled && worker.tasks.front === task) this.#onOverdue(task, limitMs);
    };
    thisProcess().unrefTimeout(1, () => thisProcess().unrefTimeout(1, check));
  }

  #awaitRetirement(worker: WorkerHandle, hasSurplus: boolean, now: number): void {
    const { recycleAt, idleTimeout } = this.#options;
    if (recycleAt.age < Infinity) this.#timer.in(worker.process.lifecycle.readyAt + recycleAt.age - now);
    if (idleTimeout < Infinity && hasSurplus && worker.load === 0) this.#timer.in(worker.idleSince + idleTimeout - now);
  }
}
