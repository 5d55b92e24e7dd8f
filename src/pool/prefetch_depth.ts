/**
 * How long the jobs of a worker take, and so how many it should be sent ahead.
 *
 * @module
 */

/** A worker that answers at once is sent this many jobs ahead at most. */
const MOST = 1024;
/** What lies ahead of a worker should take it about this long, in milliseconds. */
const AHEAD = 1;

export class PrefetchDepth {
  /** Mean time of a job, in milliseconds; what is not known is taken for long. */
  #mean = AHEAD;
  /** How many jobs it should have. */
  depth = 1;

  /** Its last jobs took so many milliseconds each. */
  learn(pace: number): void {
    // A long task counts at once; what is short is learnt within a few reports.
    this.#mean = pace >= AHEAD ? pace : this.#mean + 0.75 * (pace - this.#mean);
    this.depth = Math.max(1, Math.min(MOST, Math.floor(AHEAD / this.#mean)));
  }
}
