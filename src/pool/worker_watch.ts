/**
 * Looks after workers while they start and run tasks: reads the journal of one
 * whose first task is long, finds what takes longer than it may, and says when to
 * look again. The time of a task counts from the call of its function; what comes
 * before has a bound of its own.
 *
 * @module
 */
import { readArrivals } from "../runtime/arrivals.ts";
import { RearmableTimer } from "../runtime/rearmable_timer.ts";
import type { SupervisorOptions } from "./supervisor.ts";
import type { Task } from "./task.ts";
import { initializerTimedOut, taskLoadTimedOut, taskTimedOut } from "./task_errors.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/** When something is overdue, and what is done then. */
interface Bound {
  readonly at: number;
  readonly act: () => void;
}

export class WorkerWatch {
  readonly #options: SupervisorOptions;
  readonly #timer: RearmableTimer;
  readonly #cancel: (task: Task, error: Error) => void;
  /** Workers of which something seems to be overdue. */
  readonly #suspects = new WeakSet<WorkerHandle>();

  /**
   * @param onDue called when it is time to look again
   * @param cancel cancels a task that has taken longer than it may
   */
  constructor(options: SupervisorOptions, onDue: () => void, cancel: (task: Task, error: Error) => void) {
    this.#options = options;
    this.#timer = new RearmableTimer(onDue);
    this.#cancel = cancel;
  }

  /** Looks at all workers. `hasSurplus`: there are more than must be kept. */
  look(workers: Iterable<WorkerHandle>, hasSurplus: boolean): void {
    const now = performance.now();
    for (const worker of workers) {
      const { checkAt } = worker;
      if (checkAt <= now) worker.readJournal(this.#options.size > 1); // another worker can run what has not begun
      else if (checkAt < Infinity) this.#timer.in(checkAt - now);
      this.#checkBound(worker, now);
      if (worker.state === "ready") this.#awaitRetirement(worker, hasSurplus, now);
    }
  }

  #checkBound(worker: WorkerHandle, now: number): void {
    const bound = this.#boundOf(worker);
    if (bound === null) return;
    if (bound.at > now) this.#timer.in(bound.at - now);
    else void this.#suspect(worker);
  }

  /** What the worker has sent may have arrived while this process was busy, or be in its journal: it is read first. */
  async #suspect(worker: WorkerHandle): Promise<void> {
    if (this.#suspects.has(worker)) return;
    this.#suspects.add(worker);
    await readArrivals();
    this.#suspects.delete(worker);
    if (worker.load > 0) worker.readJournal(false);
    const bound = this.#boundOf(worker);
    if (bound === null) return;
    const left = bound.at - performance.now();
    if (left > 0) this.#timer.in(left);
    else bound.act();
  }

  #boundOf(worker: WorkerHandle): Bound | null {
    if (worker.state === "starting") return this.#startBound(worker);
    if (worker.state === "ended") return null;
    const { front, calledAt, preparing } = worker.tasks;
    if (front === null || front.settled) return null;
    const { loadTimeout, killGrace } = this.#options;
    if (preparing !== null) {
      const cancel = () => this.#cancel(front, taskLoadTimedOut(front, preparing.module, loadTimeout));
      return { at: preparing.since + loadTimeout, act: cancel };
    }
    if (!worker.isLimited(front)) return null;
    if (calledAt !== null) return this.#taskBound(front, calledAt);
    // It does not even say that it begins the task: another worker can run it.
    return { at: worker.tasks.frontSince + loadTimeout, act: () => worker.process.end(killGrace) };
  }

  #startBound(worker: WorkerHandle): Bound | null {
    const { initializer, loadTimeout } = this.#options;
    const { connectedAt } = worker.process;
    if (initializer === null || connectedAt === null) return null;
    const fail = () => worker.failStart(initializerTimedOut(initializer.name, loadTimeout));
    return { at: connectedAt + loadTimeout, act: fail };
  }

  #taskBound(task: Task, calledAt: number): Bound {
    const limitMs = this.#options.taskTimeout * task.items;
    const at = calledAt + limitMs;
    const { clock } = task;
    if (clock !== null && clock.dueAt < at) return { at: clock.dueAt, act: () => clock.expire() };
    return { at, act: () => this.#cancel(task, taskTimedOut(task.fn.name, limitMs, "taskTimeout")) };
  }

  #awaitRetirement(worker: WorkerHandle, hasSurplus: boolean, now: number): void {
    const { recycleAt, idleTimeout } = this.#options;
    if (recycleAt.age < Infinity) this.#timer.in(worker.process.lifecycle.readyAt + recycleAt.age - now);
    if (idleTimeout < Infinity && hasSurplus && worker.load === 0) this.#timer.in(worker.idleSince + idleTimeout - now);
  }
}
