/**
 * The upkeep of a pool's workers between tasks: who is worn out, who is one too
 * many, whose task has run for too long, and when to look again.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { RearmableTimer } from "../runtime/rearmable_timer.ts";
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";
import type { ResolvedPoolOptions } from "./pool_options.ts";

export class WorkerUpkeep {
  readonly #options: ResolvedPoolOptions & { readonly size: number };
  readonly #clock: RearmableTimer;
  readonly #suspects = new WeakSet<Task>();

  /** @param look is called when it is time to look again */
  constructor(options: ResolvedPoolOptions & { readonly size: number }, look: () => void) {
    this.#options = options;
    this.#clock = new RearmableTimer(look);
  }

  /**
   * Workers that are worn out, or idle for too long, get no more jobs and leave when they have none.
   *
   * @param spare how many more there are than must be kept
   */
  retire(members: Iterable<WorkerHandle>, spare: number): void {
    const { wear, idleTimeout, killGrace } = this.#options;
    const now = performance.now();
    for (const member of members) {
      if (member.state !== "ready") continue;
      member.wearOut(wear, now);
      if (!member.worn && spare > 0 && now - member.idleSince >= idleTimeout) {
        spare--;
        member.worn = true;
      }
      if (member.worn && member.load === 0) member.finish(killGrace);
    }
  }

  /** A task that seems to take too long: while this process was busy its result may have come, which is read first. */
  #suspect(member: WorkerHandle, job: Task, overdue: () => void): void {
    if (job.settled || this.#suspects.has(job)) return;
    this.#suspects.add(job);
    const look = () => {
      this.#suspects.delete(job);
      if (!job.settled && member.front === job) overdue();
    };
    thisProcess().unrefTimeout(1, () => thisProcess().unrefTimeout(1, look));
  }

  /** Tells of tasks that have run for too long, and sets the clock to when the next thing may be due. */
  watch(members: Iterable<WorkerHandle>, spare: number, overdue: (job: Task, limit: number) => void): void {
    const { size, taskTimeout, wear, idleTimeout } = this.#options;
    const now = performance.now();
    for (const member of members) {
      const doubtfulAt = member.doubtfulAt;
      if (doubtfulAt <= now) member.catchUp(size > 1); // another can do what has not begun
      else if (doubtfulAt < Infinity) this.#clock.in(doubtfulAt - now);
      else if (taskTimeout < Infinity && member.front !== null) {
        const limit = taskTimeout * member.front.items;
        const left = member.frontSince + limit - now;
        if (left > 0) this.#clock.in(left);
        else this.#suspect(member, member.front, () => overdue(member.front!, limit));
      }
      if (member.state !== "ready" || member.worn) continue;
      if (wear.age < Infinity) this.#clock.in(member.readySince + wear.age - now);
      if (idleTimeout < Infinity && spare > 0 && member.load === 0) {
        this.#clock.in(member.idleSince + idleTimeout - now);
      }
    }
  }
}
