/**
 * How much one worker has been used: tasks, memory and age, and whether it is to be
 * replaced. Knows no process.
 *
 * @module
 */
import type { ResolvedPoolOptions } from "./pool_options.ts";

export class WorkerUsage {
  readonly #recycleAt: ResolvedPoolOptions["recycleAt"];
  #sent = 0;
  #done = 0;
  #memory: number | null = null;

  constructor(recycleAt: ResolvedPoolOptions["recycleAt"]) {
    this.#recycleAt = recycleAt;
  }

  /** Tasks that have come back done. */
  get done(): number {
    return this.#done;
  }

  /** Bytes of memory that it occupied when it last said so. */
  get memory(): number | null {
    return this.#memory;
  }

  set memory(bytes: number) {
    this.#memory = bytes;
  }

  /** Tasks that it may still be sent. */
  get left(): number {
    return this.#recycleAt.tasks - this.#sent;
  }

  countSent(): void {
    this.#sent++;
  }

  /** Tasks came back that it has not begun. */
  countUnsent(tasks: number): void {
    this.#sent -= tasks;
  }

  countDone(): void {
    this.#done++;
  }

  /** Whether it is to be replaced, at an age in milliseconds. */
  isWornOut(age: number): boolean {
    const { memory, age: maxAge } = this.#recycleAt;
    return this.left <= 0 || (this.#memory ?? 0) > memory || age >= maxAge;
  }
}
