/**
 * The tasks of a pool that no worker has, first in, first out. Tasks that a worker
 * gives back stand where they stood: before all that were submitted after them.
 *
 * @module
 */
import { Deque } from "../deque.ts";
import type { Task } from "./task.ts";

/** Settled tasks are removed when there are more than so many, and more than tasks that wait. */
const MAX_SETTLED = 1024;

export class TaskQueue {
  #tasks = new Deque<Task>();
  /** How many of them have settled. */
  #settled = 0;
  /** Place of the last task that was added. */
  #lastPlace = 0;

  /** Tasks that wait. Settled ones do not count: no worker is started for them. */
  get size(): number {
    return this.#tasks.size - this.#settled;
  }

  push(task: Task): void {
    task.place = ++this.#lastPlace;
    this.#tasks.push(task);
  }

  /** Takes out the first task that has not settled. */
  shift(): Task | undefined {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      if (!task.settled) return task;
      this.#settled--;
    }
    return undefined;
  }

  /** Puts tasks back to their places. */
  restore(tasks: readonly Task[]): void {
    if (tasks.length > 0) this.#rebuild([...tasks, ...this.#tasks].sort((one, other) => one.place - other.place));
  }

  /** One of its tasks has settled. Settled tasks are removed together, not one by one. */
  countSettled(): void {
    this.#settled++;
    if (this.size > 0 && (this.#settled <= MAX_SETTLED || this.#settled <= this.size)) return;
    this.#rebuild(this.#tasks);
  }

  #rebuild(tasks: Iterable<Task>): void {
    const waiting = new Deque<Task>();
    for (const task of tasks) if (!task.settled) waiting.push(task);
    this.#tasks = waiting;
    this.#settled = 0;
  }

  /** The first tasks, at most `count`. */
  *peek(count: number): Generator<Task> {
    for (const task of this.#tasks) {
      if (count-- <= 0) return;
      yield task;
    }
  }

  /** Takes all tasks out. */
  clear(): Task[] {
    const tasks = [...this.#tasks];
    this.#tasks = new Deque<Task>();
    this.#settled = 0;
    return tasks;
  }
}
