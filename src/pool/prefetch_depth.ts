/**
 * How many tasks one worker is sent ahead, from the time that its last tasks took.
 *
 * @module
 */

/** Most tasks that a worker has at a time. */
const MAX_PREFETCHED = 1024;
/** The tasks that a worker has should keep it busy for about so long. */
const AHEAD_MS = 1;

export class PrefetchDepth {
  /** Mean time of a task; tasks of unknown length count as long. */
  #meanMs = AHEAD_MS;
  /** How many tasks the worker should have. */
  depth = 1;

  /** The last tasks took so many milliseconds each. */
  learn(taskMs: number): void {
    // One long task counts in full at once; short ones are learnt within a few reports.
    this.#meanMs = taskMs >= AHEAD_MS ? taskMs : this.#meanMs + 0.75 * (taskMs - this.#meanMs);
    this.depth = Math.max(1, Math.min(MAX_PREFETCHED, Math.floor(AHEAD_MS / this.#meanMs)));
  }
}
