/**
 * The engine of a pool: keeps its workers at their number and hands them jobs.
 *
 *     submit ─► queue ─► dispatch ─► Member ═ channel ═ worker_main
 *                 ▲                    │
 *                 └── not yet begun ◄──┴─► job settles
 *
 * Loaded with the first pool. Knows jobs and members, not what users call.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { BrokenPoolError } from "../errors.ts";
import { type Interruptible, interruptible } from "../runtime/sigint.ts";
import { closeService, openService } from "../transport/client.ts";
import { BackOff } from "./back_off.ts";
import { taskTerminated, taskTimedOut, type WorkerEnd, workerLost, workerStartFailed } from "./task_errors.ts";
import type { Task, TaskCounters } from "./task.ts";
import { TaskQueue } from "./task_queue.ts";
import { WorkerHandle, type WorkerOwner } from "./worker_handle.ts";
import { PendingBroadcasts } from "./broadcast.ts";
import type { ResolvedPoolOptions } from "./pool_options.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";
import type { PoolStats } from "./stats.ts";
import { WorkerUpkeep } from "./upkeep.ts";

/** What an engine runs with. */
export interface SchedulerOptions extends ResolvedPoolOptions, SupervisorOptions {
  readonly size: number;
}

/** So many milliseconds after its last task a pool no longer holds the program. */
const QUIET = 5;
/** So many milliseconds after that it no longer answers ^C. */
const AFTERGLOW = 50;

export class Scheduler implements WorkerOwner, Interruptible {
  readonly #options: SchedulerOptions;
  readonly #members = new Set<WorkerHandle>();
  readonly #queue = new TaskQueue();
  readonly #recruiter: Supervisor;
  #starting = 0;
  #failures = 0;
  readonly #backOff = new BackOff();
  #firstFailure: unknown = undefined;
  #broken: BrokenPoolError | null = null;
  #phase: "open" | "closing" | "terminated" = "open";
  /** Somebody waits for something. */
  #held = false;
  /** It will look soon whether somebody still waits. */
  #pauses = false;
  /** It will look soon whether ^C still concerns it. */
  #dims = false;
  /** Nobody is told any more what becomes of the tasks. */
  #halted = false;
  #scheduled = false;
  #waiters: (() => void)[] = [];
  /** Broadcasts that wait until all workers are there. */
  #calls: ((size: number) => Task[])[] = [];
  readonly #orphans = new PendingBroadcasts();
  readonly #tally: TaskCounters;
  readonly #upkeep: WorkerUpkeep;

  constructor(options: SchedulerOptions, tally: TaskCounters) {
    this.#options = options;
    this.#tally = tally;
    this.#upkeep = new WorkerUpkeep(options, () => this.#schedule());
    this.#recruiter = new Supervisor(options);
    this.#schedule();
  }

  /** Takes a job over; it settles, whatever happens. */
  submit(job: Task): void {
    if (this.#broken !== null) return job.fail(this.#broken);
    if (this.#phase === "terminated") return job.fail(taskTerminated(job));
    this.#queue.push(job);
    this.#schedule();
  }

  /** Takes a job out, wherever it is; false when it has settled. */
  cancel(job: Task, reason: unknown): boolean {
    if (job.settled) return false;
    job.fail(reason);
    const [holder] = [...this.#members].filter((member) => member.has(job));
    if (holder === undefined) this.#queue.discard();
    else holder.abort(job, reason, this.#options.killGrace);
    this.#schedule();
    return true;
  }

  /**
   * Calls something in every worker.
   *
   * @param make makes a job for each of so many workers
   */
  everywhere(make: (size: number) => Task[]): void {
    this.#calls.push(make);
    this.#schedule();
  }

  stats(): PoolStats {
    const members = [...this.#members];
    const sent = members.reduce((sum, { owed }) => sum + owed, this.#orphans.jobs);
    const running = members.filter(({ load }) => load > 0).length;
    return {
      workers: members.map((member) => member.stats()),
      queued: this.#queue.size + sent - running,
      running,
      ...this.#tally.sums(),
    };
  }

  /** No more jobs come: workers leave when the last is done. */
  close(): void {
    if (this.#phase !== "open") return;
    this.#phase = "closing";
    this.#schedule();
  }

  /** Ends everything now. */
  terminate(): void {
    if (this.#phase === "terminated" && !this.#halted) return;
    this.#phase = "terminated";
    this.#halted = false;
    this.#drop(taskTerminated);
    for (const member of this.#members) member.end(this.#options.killGrace);
    this.#schedule();
  }

  /** Ends everything now and settles nothing: the program is about to end. */
  async halt(): Promise<void> {
    if (this.#phase === "terminated") return await this.finished();
    this.#halted = true;
    this.#phase = "terminated";
    for (const member of this.#members) member.end(this.#options.killGrace);
    await this.finished();
  }

  /** Settles when all workers are gone, after close() or terminate(). */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#schedule();
    });
  }

  /** What came in one tick is dealt out together: so workers know all modules from their start. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const spare = this.#present() - this.#options.minProcesses;
    this.#upkeep.retire(this.#members, this.#queue.size === 0 ? spare : 0);
    this.#staff();
    this.#announce();
    this.#deal();
    this.#staff(); // for those that are worn out by what they were dealt
    this.#level();
    this.#upkeep.watch(this.#members, spare, (job, limit) => this.cancel(job, taskTimedOut(job, limit)));
    this.#rest();
  }

  /** Workers that take jobs, or will. */
  #present(): number {
    let present = this.#starting;
    for (const { worn, state } of this.#members) if (!worn && state !== "leaving") present++;
    return present;
  }

  /** Hands out broadcasts, once all workers are there. */
  #announce(): void {
    if (this.#calls.length === 0 || this.#starting > 0) return;
    const members = [...this.#members].filter(({ worn, state }) => !worn && state !== "leaving" && state !== "ended");
    for (const make of this.#calls.splice(0)) {
      const jobs = make(members.length);
      for (const job of jobs) if (this.#broken !== null) job.fail(this.#broken);
      members.forEach((member, at) => member.pin(jobs[at]!));
    }
  }

  /** When a worker has nothing to do, takes back what others were sent and have not begun. */
  #level(): void {
    if (this.#queue.size > 0) return;
    let idle = 0;
    for (const { room, load } of this.#members) if (load === 0 && room > 0) idle++;
    if (idle === 0 || idle === this.#members.size) return;
    for (const member of this.#members) member.recall();
  }

  /** Starts workers up to the number wanted; once closed, only as many as the queue needs. */
  #staff(): void {
    if (this.#broken !== null || this.#phase === "terminated") return;
    const { size, minProcesses } = this.#options;
    let busy = 0;
    for (const { load, worn } of this.#members) if (load > 0 && !worn) busy++;
    const needed = Math.min(size, busy + this.#queue.size + this.#orphans.groups);
    const wanted = this.#phase === "open"
      ? Math.max(minProcesses, needed)
      : Math.min(size, this.#queue.size + this.#orphans.groups);
    let present = this.#present();
    for (; present < size && this.#starting < this.#orphans.groups; present++) void this.#start();
    for (; present < wanted; present++) void this.#start();
    // All places are taken, and no successor comes: the youngest stands in for it.
    if (this.#starting > 0 || this.#orphans.groups === 0) return;
    const heir = [...this.#members].findLast(({ worn, state }) => !worn && state !== "leaving" && state !== "ended");
    if (heir !== undefined) { while (this.#orphans.adopt(heir)); }
  }

  /** Deals jobs to whoever has the least to do, until nobody has room. */
  #deal(): void {
    while (this.#queue.size > 0) {
      let least: WorkerHandle | null = null;
      for (const member of this.#members) {
        if (member.room > 0 && (least === null || member.load < least.load)) least = member;
      }
      if (least === null) return;
      // Many at once when there are many: the search is not made for each.
      const share = Math.ceil(this.#queue.size / (4 * this.#options.size));
      for (let count = Math.min(least.room, share); count > 0; count--) {
        const job = this.#queue.shift();
        if (job === undefined) return;
        least.send(job);
      }
    }
  }

  /** Whether there is anything to be done. */
  get #waits(): boolean {
    if (this.#queue.size + this.#calls.length + this.#orphans.groups > 0) return true;
    for (const member of this.#members) if (member.owed > 0) return true;
    return false;
  }

  /** Holds the program while somebody waits for something; lets workers go when no more can come. */
  #rest(): void {
    const busy = this.#waits && !this.#halted;
    if (this.#phase !== "open" && !busy) {
      this.#backOff.end();
      for (const member of this.#members) member.finish(this.#options.killGrace);
      if (this.#members.size + this.#starting === 0) { for (const done of this.#waiters.splice(0)) done(); }
    }
    if (busy || this.#waiters.length > 0) {
      for (const member of this.#members) member.hold(true);
      if (this.#held) return;
      this.#held = true;
      return interruptible(this, true);
    }
    if (!this.#held) return;
    if (this.#phase !== "open") return this.#release();
    if (this.#pauses) return;
    this.#pauses = true; // not at once: a busy pool pauses often
    thisProcess().unrefTimeout(QUIET, () => {
      this.#pauses = false;
      if (!this.#waits && this.#waiters.length === 0) this.#release();
    });
  }

  /** Nobody waits for anything: the program may end. */
  #release(): void {
    this.#held = false;
    for (const member of this.#members) member.hold(false);
    if (this.#phase !== "open") return interruptible(this, false);
    if (this.#dims) return;
    this.#dims = true; // still later: to listen for ^C costs more
    thisProcess().unrefTimeout(AFTERGLOW, () => {
      this.#dims = false;
      if (!this.#held) interruptible(this, false);
    });
  }

  /** Whether it takes nothing more, since it was terminated here or by ^C. */
  get isTerminated(): boolean {
    return this.#phase === "terminated";
  }

  async #start(): Promise<void> {
    this.#starting++;
    try {
      if (this.#failures > 0) await this.#backOff.pause(this.#failures);
      let member: WorkerHandle | null = null;
      const link = await openService((channel) => {
        member!.connect(channel);
        return member!;
      });
      if (this.#broken !== null || this.#phase !== "open" && (this.isTerminated || !this.#waits)) {
        return closeService(link);
      }
      const meeting = await thisProcess().network();
      const { journals, oomKills } = meeting;
      journals?.create(link.address, link.token);
      try {
        for (const job of this.#queue.peek(64)) this.#recruiter.learn(job.work.note);
        member = new WorkerHandle(this.#recruiter.launch(link), link, this, meeting, oomKills());
      } catch (error) {
        closeService(link);
        journals?.read(link.address, link.token);
        throw error;
      }
      this.#members.add(member);
      this.#orphans.adopt(member);
    } catch (error) {
      // What this process may not do now it may not do later: no further tries, unless others got through.
      if (this.#members.size === 0) this.#break(error, "");
      else this.#unstarted(error);
    } finally {
      this.#starting--;
      this.#schedule();
    }
  }

  /** A worker failed before it was ready: tries again with a pause, a bounded number of times. */
  #unstarted(reason: unknown): void {
    this.#failures++;
    this.#firstFailure ??= reason;
    if (this.#failures <= this.#options.maxRestarts) return;
    this.#break(this.#firstFailure, `${this.#failures} workers in a row failed to start: `);
  }

  #break(cause: unknown, how: string): void {
    if (this.#broken !== null) return;
    const said = cause instanceof Error ? cause.message : String(cause);
    this.#broken = new BrokenPoolError(`Cannot run tasks: ${how}${said}`, { cause });
    this.#drop(() => this.#broken!);
    for (const member of this.#members) member.end(this.#options.killGrace);
  }

  #drop(reason: (job: Task) => Error): void {
    const jobs = [...this.#members].flatMap((member) => {
      const { begun, waiting, pinned } = member.remains();
      return [...begun, ...waiting, ...pinned];
    });
    const calls = this.#calls.splice(0).flatMap((make) => make(1));
    for (const job of [...jobs, ...this.#queue.clear(), ...this.#orphans.clear(), ...calls]) job.fail(reason(job));
  }

  returned(jobs: Task[]): void {
    this.#queue.restore(jobs);
    this.#schedule();
  }

  ready(): void {
    this.#failures = 0;
    this.#firstFailure = undefined;
    this.#turn();
  }

  idle(): void {
    this.#turn();
  }

  wanting(member: WorkerHandle, job: Task, url: string, isPinned: boolean): boolean {
    if (this.#recruiter.hasTold(member.child, url)) return false;
    this.#recruiter.learn(job.work.note);
    if (isPinned) this.#orphans.add(member, [job]);
    else this.#queue.restore([job]);
    member.finish(this.#options.killGrace); // its successor is started with the module
    this.#schedule();
    return true;
  }

  ended(member: WorkerHandle, demise: WorkerEnd): void {
    this.#members.delete(member);
    closeService(member.link);
    if (this.#phase === "open" && member.wasReady) this.#tally.restarts++;
    const { begun, waiting, pinned } = member.remains();
    if (this.#halted) {
      this.#queue.restore([...begun, ...waiting, ...pinned]); // to be told, should the program go on after all
      return this.#schedule();
    }
    for (const job of begun) {
      if (!job.settled && job.losses++ < this.#options.retries) waiting.unshift(job);
      else this.#lose(job, member, demise);
    }
    const failed = !member.wasReady && !member.dismissed;
    if (failed) this.#orphans.add(member, pinned);
    else for (const job of pinned) this.#lose(job, member, demise);
    this.#queue.restore(waiting);
    if (failed) this.#unstarted(member.unfitness ?? workerStartFailed(member, demise.status));
    this.#schedule();
  }

  #lose(job: Task, member: WorkerHandle, demise: WorkerEnd): void {
    if (job.settled) return;
    this.#tally.lost++;
    job.fail(workerLost(member, demise, job));
  }
}
