/**
 * Calls of broadcasts that have lost their worker before they began: those of one
 * worker go to one successor, so that each worker is called once.
 *
 * @module
 */
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";

interface Group {
  readonly jobs: Task[];
  heir: WorkerHandle | null;
}

export class PendingBroadcasts {
  readonly #waiting: Group[] = [];
  readonly #left = new WeakMap<WorkerHandle, Group>();

  /** For how many workers there is something. */
  get groups(): number {
    return this.#waiting.length;
  }

  /** How many calls they are. */
  get jobs(): number {
    return this.#waiting.reduce((sum, { jobs }) => sum + jobs.length, 0);
  }

  /** What `member` was to do, and will not: its successor's, should that be there already. */
  add(member: WorkerHandle, jobs: readonly Task[]): void {
    if (jobs.length === 0) return;
    const known = this.#left.get(member);
    const heir = known?.heir;
    if (heir && !heir.worn && heir.state !== "leaving" && heir.state !== "ended") {
      for (const job of jobs) heir.pin(job);
    } else if (known !== undefined && heir === null) {
      known.jobs.push(...jobs);
    } else {
      const group = { jobs: [...jobs], heir: null };
      this.#left.set(member, group);
      this.#waiting.push(group);
    }
  }

  /** Gives a successor what waits first; false when nothing does. */
  adopt(heir: WorkerHandle): boolean {
    const group = this.#waiting.shift();
    if (group === undefined) return false;
    group.heir = heir;
    for (const job of group.jobs) heir.pin(job);
    return true;
  }

  /** Takes all out. */
  clear(): Task[] {
    return this.#waiting.splice(0).flatMap(({ jobs }) => jobs);
  }
}
