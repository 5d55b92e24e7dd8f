/**
 * How long the calls of one result have run, against the result's `timeout`. Time
 * counts while at least one of them runs: not while all wait for a worker, or for
 * the import of a module. Knows no worker.
 *
 * @module
 */

export class RunClock {
  readonly limitMs: number;
  readonly #onExpired: () => void;
  #spentMs = 0;
  /** Calls that are running, and since when any is. */
  #running = 0;
  #since = 0;

  /** @param onExpired cancels the result */
  constructor(limitMs: number, onExpired: () => void) {
    this.limitMs = limitMs;
    this.#onExpired = onExpired;
  }

  /** A task is running; times are those of `performance.now()`. */
  start(now: number): void {
    if (this.#running++ === 0) this.#since = now;
  }

  /** A task runs no longer. */
  stop(now: number): void {
    if (--this.#running === 0) this.#spentMs += now - this.#since;
  }

  /** When the limit will have been reached; `Infinity` while no task runs. */
  get dueAt(): number {
    return this.#running === 0 ? Infinity : this.#since + this.limitMs - this.#spentMs;
  }

  /** The limit was reached. */
  expire(): void {
    this.#onExpired();
  }
}
