/**
 * The jobs of a pool that no worker has yet, first in, first out. Jobs come back
 * to the front when a worker died before it began them.
 *
 * @module
 */
import type { Job } from "./job.ts";

export class JobQueue {
  #jobs: (Job | undefined)[] = [];
  #head = 0;

  /** Those in front that are no longer wanted do not count: with nobody to take jobs, they would wait for good. */
  get size(): number {
    while (this.#jobs[this.#head]?.settled) this.#jobs[this.#head++] = undefined;
    return this.#jobs.length - this.#head;
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** The first job that is still wanted. */
  shift(): Job | undefined {
    while (this.#head < this.#jobs.length) {
      const job = this.#jobs[this.#head]!;
      this.#jobs[this.#head++] = undefined;
      if (!job.settled) {
        this.#compact();
        return job;
      }
    }
    this.clear();
    return undefined;
  }

  /** Puts jobs back to the front, in this order. */
  restore(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    this.#jobs = [...jobs, ...this.peek(Infinity)];
    this.#head = 0;
  }

  /** The first jobs, at most so many. */
  peek(count: number): Job[] {
    return this.#jobs.slice(this.#head, this.#head + count) as Job[];
  }

  /** Takes all jobs out. */
  clear(): Job[] {
    const jobs = this.peek(Infinity);
    this.#jobs = [];
    this.#head = 0;
    return jobs;
  }

  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#jobs.length) return;
    this.#jobs = this.#jobs.slice(this.#head);
    this.#head = 0;
  }
}
