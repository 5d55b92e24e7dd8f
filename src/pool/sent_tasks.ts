/**
 * The tasks that were sent to one worker and have not come back. They are numbered
 * in the order in which they were sent, which is the order in which the worker runs
 * them. Pinned tasks are those that no other worker may run. Knows no process.
 *
 * @module
 */
import type { Task } from "./task.ts";

export class SentTasks {
  readonly #byNumber = new Map<number, Task>();
  #lastNumber = 0;
  /** The lowest number that has not come back; the next one that will be given when all have. */
  #frontNumber = 1;
  /** Pinned tasks: those that wait until the worker is ready, and those that were sent. */
  readonly #pinned = new Set<Task>();
  /** The worker has said that it got all tasks up to this number. */
  #received = 0;
  /** Since when the first task is the first, as `performance.now()` counts. */
  frontSince = 0;

  get size(): number {
    return this.#byNumber.size;
  }

  get pinnedCount(): number {
    return this.#pinned.size;
  }

  /** The task that the worker is running, as far as is known. */
  get front(): Task | null {
    return this.#byNumber.get(this.#frontNumber) ?? null;
  }

  /** Adds a task that is being sent. Returns its number. */
  add(task: Task): number {
    this.#byNumber.set(++this.#lastNumber, task);
    if (this.size === 1) this.#restartFront();
    return this.#lastNumber;
  }

  pin(task: Task): void {
    this.#pinned.add(task);
  }

  unpin(task: Task): void {
    if (this.#pinned.size > 0) this.#pinned.delete(task);
  }

  isPinned(task: Task): boolean {
    return this.#pinned.has(task);
  }

  pinned(): Task[] {
    return [...this.#pinned];
  }

  /** The number under which a task was sent. */
  numberOf(task: Task): number | undefined {
    for (const [number, sent] of this.#byNumber) if (sent === task) return number;
  }

  /** Takes out a task that has come back. */
  take(number: number): Task | undefined {
    const task = this.#byNumber.get(number);
    if (task === undefined) return undefined;
    this.#byNumber.delete(number);
    if (number === this.#frontNumber) {
      this.#findFront();
      this.#restartFront();
    }
    return task;
  }

  /** Takes out the tasks that were sent after a number, without those that are pinned. */
  takeAfter(number: number): Task[] {
    const taken: Task[] = [];
    for (const [sentNumber, task] of this.#byNumber) {
      if (sentNumber <= number || this.#pinned.has(task)) continue;
      this.#byNumber.delete(sentNumber);
      taken.push(task);
    }
    this.#findFront();
    return taken;
  }

  /** The worker has said that it got all tasks up to this number, and has begun the first of them. */
  markReceived(number: number): void {
    this.#received = number;
  }

  /** Takes out all tasks of a worker that has ended: the one that it had begun, the others, and those that are pinned. */
  takeAll(): { begun: Task[]; waiting: Task[]; pinned: Task[] } {
    const isFrontBegun = this.size > 0 && this.#frontNumber <= this.#received;
    const sent = [...this.#byNumber.values()];
    const pinned = this.pinned();
    this.#byNumber.clear();
    this.#findFront();
    this.#pinned.clear();
    const begun = isFrontBegun ? sent.splice(0, 1) : [];
    const isFree = (task: Task) => !pinned.includes(task);
    return { begun: begun.filter(isFree), waiting: pinned.length === 0 ? sent : sent.filter(isFree), pinned };
  }

  /** Passes over the numbers of tasks that have come back. */
  #findFront(): void {
    while (this.#frontNumber <= this.#lastNumber && !this.#byNumber.has(this.#frontNumber)) this.#frontNumber++;
  }

  /** The first task is another one from now on. */
  #restartFront(): void {
    this.frontSince = performance.now();
  }
}
