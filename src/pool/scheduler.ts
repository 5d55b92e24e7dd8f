/**
 * Hands the tasks of a pool to its workers, and says how many workers are wanted.
 *
 *     submit ─► TaskQueue ─► TaskDispatcher ─► WorkerHandle ═ channel ═ worker_main
 *                  ▲                               │
 *                  └─── not yet begun ◄────────────┴──► the task settles
 *
 * Imported with the first pool. Knows tasks and workers, not what users call.
 *
 * @module
 */
import type { BrokenPoolError } from "../errors.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { Interruptible } from "../runtime/sigint.ts";
import { Broadcasts, type BroadcastTasks } from "./broadcast.ts";
import { ProgramHold } from "./program_hold.ts";
import type { PoolStats } from "./stats.ts";
import { Supervisor, type SupervisorOptions, type SupervisorOwner } from "./supervisor.ts";
import type { Task, TaskCounters } from "./task.ts";
import { cancelTask } from "./task_cancellation.ts";
import { divideTasks } from "./task_losses.ts";
import { TaskDispatcher } from "./task_dispatcher.ts";
import { taskTerminated, type WorkerEnd, workerLost } from "./task_errors.ts";
import { TaskQueue } from "./task_queue.ts";
import type { WorkerHandle } from "./worker_handle.ts";
import { WorkerWatch } from "./worker_watch.ts";

export type SchedulerOptions = SupervisorOptions;

/** Functions of so many waiting tasks are told to a worker that is started. */
const TOLD_TASKS = 64;

/**
 * `open`: tasks come. `closing`: workers leave when all tasks are done. `terminated`: workers are ended, and all tasks
 * are rejected. `halted`: workers are ended, and tasks stay pending, since the program is about to end.
 */
type Phase = "open" | "closing" | "terminated" | "halted";

export class Scheduler implements SupervisorOwner, Interruptible {
  readonly #options: SchedulerOptions;
  readonly #counters: TaskCounters;
  readonly #queue = new TaskQueue();
  readonly #broadcasts = new Broadcasts();
  readonly #dispatcher: TaskDispatcher;
  readonly #supervisor: Supervisor;
  readonly #watch: WorkerWatch;
  readonly #hold: ProgramHold;
  #phase: Phase = "open";
  /** A round is about to begin. */
  #isScheduled = false;
  /** Those who wait until all workers have ended. */
  #finishing: (() => void)[] = [];

  constructor(options: SchedulerOptions, counters: TaskCounters) {
    this.#options = options;
    this.#counters = counters;
    this.#dispatcher = new TaskDispatcher(this.#queue, options.size);
    this.#supervisor = new Supervisor(options, this);
    this.#watch = new WorkerWatch(
      options,
      () => this.#schedule(),
      (task, error) => this.cancel(task, error),
    );
    this.#hold = new ProgramHold(this, (isHeld) => {
      for (const worker of this.#workers) worker.process.hold(isHeld);
    });
    this.#schedule();
  }

  get #workers(): Set<WorkerHandle> {
    return this.#supervisor.workers;
  }

  /** Whether it takes no more tasks because it was terminated, here or by ^C. */
  get isTerminated(): boolean {
    return this.#phase === "terminated" || this.#phase === "halted";
  }

  // --- tasks ---

  /** Takes a task, which settles in any case. */
  submit(task: Task): void {
    if (this.#supervisor.broken !== null) return task.fail(this.#supervisor.broken);
    if (this.isTerminated) return task.fail(taskTerminated(task));
    this.#queue.push(task);
    this.#schedule();
  }

  /** Rejects a task that waits or runs; false when it has settled. */
  cancel(task: Task, reason: unknown): boolean {
    if (task.settled) return false;
    task.fail(reason);
    const worker = [...this.#workers].find((worker) => worker.has(task));
    if (worker === undefined) this.#queue.countSettled();
    else cancelTask(worker, task, reason, this.#options.killGrace);
    this.#schedule();
    return true;
  }

  /** Has every worker run a task, once all have started. */
  broadcast(tasksFor: BroadcastTasks): void {
    if (this.#supervisor.broken !== null) {
      for (const task of tasksFor(1)) task.fail(this.#supervisor.broken);
      return;
    }
    this.#broadcasts.add(tasksFor);
    this.#schedule();
  }

  stats(): PoolStats {
    const workers = [...this.#workers];
    const owed = workers.reduce((sum, { owed }) => sum + owed, this.#broadcasts.orphanedTasks);
    const running = workers.filter(({ load }) => load > 0).length;
    return {
      workers: workers.map((worker) => worker.stats()),
      queued: this.#queue.size + owed - running,
      running,
      ...this.#counters.totals(),
    };
  }

  // --- end ---

  /** No more tasks come: workers leave when the last is done. */
  close(): void {
    if (this.#phase === "open") this.#phase = "closing";
    this.#schedule();
  }

  /** Rejects all tasks and ends all workers. */
  terminate(): void {
    if (this.#phase === "terminated") return;
    this.#phase = "terminated";
    this.#rejectAll(taskTerminated);
    this.#supervisor.endAll();
    this.#schedule();
  }

  /** Ends all workers and settles nothing, since the program is about to end. */
  async halt(): Promise<void> {
    if (!this.isTerminated) {
      this.#phase = "halted";
      this.#supervisor.endAll();
    }
    await this.finished();
  }

  /** Settles when all workers have ended, after `close()` or `terminate()`. */
  finished(): Promise<void> {
    this.#schedule();
    return new Promise((resolve) => void this.#finishing.push(resolve));
  }

  #rejectAll(reason: (task: Task) => Error): void {
    const sent = [...this.#workers].flatMap((worker) => {
      const { begun, waiting, pinned } = worker.tasks.takeAll();
      return [...begun, ...waiting, ...pinned];
    });
    for (const task of [...sent, ...this.#queue.clear(), ...this.#broadcasts.clear()]) task.fail(reason(task));
  }

  // --- rounds ---

  /** Begins a round after this tick: tasks that come together are dispatched together, and new workers know their modules. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#round();
    });
  }

  #round(): void {
    const surplus = this.#supervisor.present - this.#options.minProcesses;
    this.#supervisor.retire(this.#queue.size === 0 ? surplus : 0);
    this.#startWorkers();
    this.#broadcasts.start(this.#supervisor);
    this.#dispatcher.sendPinned(this.#workers);
    this.#dispatcher.dispatch(this.#workers);
    this.#startWorkers(); // in place of those that retire with the tasks that they have just got
    if (this.#queue.size === 0) this.#dispatcher.recall(this.#workers);
    this.#watch.look(this.#workers, surplus > 0);
    this.#rest();
  }

  /** Starts as many workers as are wanted; once closed, only as many as there are tasks that wait. */
  #startWorkers(): void {
    if (this.#supervisor.broken !== null || this.isTerminated) return;
    const { size, minProcesses } = this.#options;
    const { wantedSuccessors } = this.#broadcasts;
    let busy = 0;
    for (const { load, takesTasks } of this.#workers) if (load > 0 && takesTasks) busy++;
    const waiting = this.#queue.size + wantedSuccessors;
    const wanted = this.#phase === "open"
      ? Math.max(minProcesses, Math.min(size, busy + waiting))
      : Math.min(size, Math.max(waiting, this.#supervisor.present + this.#supervisor.unstarted));
    let { present } = this.#supervisor;
    for (; present < size && this.#supervisor.starting < wantedSuccessors; present++) void this.#supervisor.start();
    for (; present < wanted; present++) void this.#supervisor.start();
    if (this.#supervisor.starting === 0 && wantedSuccessors > 0) this.#assignBroadcasts();
  }

  /** The pool has all its workers, and no successor comes: the youngest worker takes its place. */
  #assignBroadcasts(): void {
    const youngest = this.#supervisor.takers.at(-1);
    if (youngest !== undefined) { while (this.#broadcasts.wantedSuccessors > 0) this.#broadcasts.adopt(youngest); }
  }

  /** Whether any task is outstanding. */
  get #isBusy(): boolean {
    if (this.#queue.size > 0 || this.#broadcasts.isWaiting) return true;
    for (const worker of this.#workers) if (worker.owed > 0) return true;
    return false;
  }

  /** Keeps the program alive while it is waited for; lets workers leave when no more tasks can come. */
  #rest(): void {
    const isBusy = this.#isBusy && this.#phase !== "halted";
    const isEnding = this.#phase !== "open";
    if (isEnding && !isBusy) {
      this.#supervisor.finishAll();
      if (this.#workers.size + this.#supervisor.starting === 0) {
        for (const done of this.#finishing.splice(0)) done();
      }
    }
    if (isBusy || this.#finishing.length > 0) this.#hold.keep();
    else this.#hold.release(isEnding);
  }

  // --- what workers report ---

  isWorkerWanted(isPromised: boolean): boolean {
    return this.#phase === "open" || this.#phase === "closing" && (isPromised || this.#isBusy);
  }

  *nextFunctions(): Generator<FunctionRef> {
    for (const { fn } of this.#queue.peek(TOLD_TASKS)) yield fn.ref;
  }

  workerStarted(worker: WorkerHandle | null): void {
    if (worker !== null) this.#broadcasts.adopt(worker);
    this.#schedule();
  }

  workersShort(error: unknown): void {
    if (error !== null && this.#workers.size === 0) this.#rejectAll(() => error as Error);
  }

  poolBroken(error: BrokenPoolError): void {
    this.#rejectAll(() => error);
  }

  tasksReturned(tasks: Task[]): void {
    this.#queue.restore(tasks);
    this.#schedule();
  }

  workerReady(): void {
    this.#supervisor.recordReady();
    this.#round();
  }

  workerChanged(): void {
    this.#round();
  }

  importRefused(worker: WorkerHandle, task: Task, url: string, isPinned: boolean): boolean {
    if (!this.#supervisor.learn(worker, task.fn.ref, url)) return false;
    if (isPinned) this.#broadcasts.orphan(worker, [task]);
    else this.#queue.restore([task]);
    worker.process.finish(this.#options.killGrace); // its successor is started with the module
    this.#schedule();
    return true;
  }

  workerEnded(worker: WorkerHandle, end: WorkerEnd): void {
    const { begun, waiting, pinned } = worker.tasks.takeAll();
    if (this.#phase === "open" && worker.process.lifecycle.wasReady) this.#counters.restarts++;
    if (this.#phase === "halted") {
      this.#supervisor.remove(worker, end);
      this.#queue.restore([...begun, ...waiting, ...pinned]); // rejected later if the program goes on after all
      return this.#schedule();
    }
    const { retried, lost } = divideTasks(begun, waiting, this.#options.retries);
    for (const task of lost) this.#lose(task, end);
    this.#queue.restore(retried);
    const { wasReady, wasDismissed } = worker.process.lifecycle;
    if (!wasReady && !wasDismissed) this.#broadcasts.orphan(worker, pinned);
    else for (const task of pinned) this.#lose(task, end);
    this.#supervisor.remove(worker, end);
    this.#schedule();
  }

  #lose(task: Task, end: WorkerEnd): void {
    if (task.settled) return;
    this.#counters.lost++;
    task.fail(workerLost(end, task));
  }
}
