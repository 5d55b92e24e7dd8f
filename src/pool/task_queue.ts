/**
 * The jobs of a pool that no worker has yet, first in, first out. Jobs come back
 * to the front when a worker died before it began them.
 *
 * @module
 */
import type { Task } from "./task.ts";

export class TaskQueue {
  #jobs: (Task | undefined)[] = [];
  #head = 0;
  /** Jobs in it that have settled. */
  #unwanted = 0;

  /** Those that are no longer wanted do not count: with nobody to take jobs, they would wait for good. */
  get size(): number {
    return this.#jobs.length - this.#head - this.#unwanted;
  }

  /** One of its jobs has settled. Those that have are let go when they are the most, not one by one. */
  discard(): void {
    this.#unwanted++;
    if (this.size === 0) this.clear();
    else if (this.#unwanted > 1024 && this.#unwanted > this.size) this.#renew([]);
  }

  push(job: Task): void {
    this.#jobs.push(job);
  }

  /** The first job that is still wanted. */
  shift(): Task | undefined {
    while (this.#head < this.#jobs.length) {
      const job = this.#jobs[this.#head]!;
      this.#jobs[this.#head++] = undefined;
      if (!job.settled) {
        this.#compact();
        return job;
      }
      this.#unwanted--;
    }
    this.clear();
    return undefined;
  }

  /** Puts jobs back to the front, in this order. */
  restore(jobs: readonly Task[]): void {
    if (jobs.length > 0) this.#renew(jobs);
  }

  /** Puts it together anew, without those that have settled. */
  #renew(jobs: readonly Task[]): void {
    const all = [...jobs, ...this.peek(Infinity)];
    this.clear();
    this.#jobs = all.filter((job) => !job.settled);
  }

  /** The first jobs, at most so many. */
  peek(count: number): Task[] {
    return this.#jobs.slice(this.#head, this.#head + count) as Task[];
  }

  /** Takes all jobs out. */
  clear(): Task[] {
    const jobs = this.peek(Infinity);
    this.#jobs = [];
    this.#head = 0;
    this.#unwanted = 0;
    return jobs;
  }

  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#jobs.length) return;
    this.#jobs = this.#jobs.slice(this.#head);
    this.#head = 0;
  }
}
