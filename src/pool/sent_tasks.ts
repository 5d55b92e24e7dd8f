/**
 * The tasks that were sent to one worker and have not come back. They are numbered
 * in the order in which they were sent, which is the order in which the worker runs
 * them. Pinned tasks are those that no other worker may run. Knows no process.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { Task } from "./task.ts";

/** How often a task may be given back: a worker does that only while others have nothing to do. */
const MAX_RETURNS = 100;

export class SentTasks {
  readonly #byNumber = new Map<number, Task>();
  #lastNumber = 0;
  /** The lowest number that has not come back; the next one that will be given when all have. */
  #frontNumber = 1;
  /** Pinned tasks: those that wait until the worker is ready, and those that were sent. */
  readonly #pinned = new Set<Task>();
  /** The worker has said that it got all tasks up to this number. */
  #received = 0;
  /** The function of a first task up to this number is called when it becomes the first. */
  #calledThrough = 0;
  #calledAt: number | null = null;
  #preparing: { readonly since: number; readonly module: string | null } | null = null;
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
    if (number === this.#frontNumber) this.#leave();
    this.#byNumber.delete(number);
    if (number === this.#frontNumber) {
      this.#findFront();
      this.#restartFront();
    }
    return task;
  }

  /** When the function of the first task was called; null when it was not, as far as is known. */
  get calledAt(): number | null {
    return this.#calledAt;
  }

  /** Since when what the first task needs is being prepared, a module or its input; null when nothing is. */
  get preparing(): { readonly since: number; readonly module: string | null } | null {
    return this.#preparing;
  }

  /** What the first task needs is being prepared: a module or, when it is null, the input. */
  markPreparing(number: number, module: string | null): void {
    if (number !== this.#frontNumber) return;
    const preparing = { since: this.#preparing?.since ?? performance.now(), module };
    this.#leave();
    this.#preparing = preparing;
  }

  /** The function of the first task is called, and so are those of the next up to `last` when they become the first. */
  markCalled(number: number, last: number): void {
    this.#calledThrough = last;
    if (number !== this.#frontNumber) return;
    this.#leave();
    this.#call();
  }

  /**
   * Takes out tasks that the worker gives back.
   *
   * @throws {ProtocolError} one of them was given back so often that no worker means to run it
   */
  takeReturned(numbers: readonly number[]): Task[] {
    for (const number of numbers) {
      const task = this.#byNumber.get(number);
      if (task === undefined || ++task.returns <= MAX_RETURNS) continue;
      task.returns = 0; // the next worker may mean it
      throw new ProtocolError("Cannot take tasks back: the worker gives back what it was sent and runs none");
    }
    return numbers.flatMap((number) => this.take(number) ?? []);
  }

  /** Takes out the tasks that were sent after a number, without those that are pinned. */
  takeAfter(number: number): Task[] {
    const taken: Task[] = [];
    if (this.#frontNumber > number) this.#leave();
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
    this.#leave();
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
    if (this.#frontNumber <= this.#calledThrough) this.#call();
  }

  #call(): void {
    this.#calledAt = performance.now();
    this.front?.clock?.start(this.#calledAt);
  }

  /** The first task runs no longer, or is not running yet. */
  #leave(): void {
    if (this.#calledAt !== null) this.front?.clock?.stop(performance.now());
    this.#calledAt = this.#preparing = null;
  }
}
