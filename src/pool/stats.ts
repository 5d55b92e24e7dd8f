/**
 * What `Pool.stats()` gives. Data only.
 *
 * @module
 */

/** State of one worker. */
export interface WorkerStats {
  /** Its process id. */
  pid: number;
  /** A worker that is leaving gets no more tasks. */
  state: "starting" | "idle" | "busy" | "leaving";
  /** Tasks that came back from it; a chunk of a map is one. */
  tasks: number;
  /** Bytes of memory that it occupies, measured up to four times a second while it works; null before. */
  resident: number | null;
}

/** What {@linkcode Pool.stats} gives. A chunk of a map counts as one task, as in Python. */
export interface PoolStats {
  /** The workers, in the order in which they were started. */
  workers: WorkerStats[];
  /** Tasks that no worker has begun. */
  queued: number;
  /** Tasks that a worker has begun. */
  running: number;
  /** Tasks that gave a value. */
  completed: number;
  /** Tasks that rejected, for whatever reason. */
  failed: number;
  /** Of those, the ones whose worker died. */
  lost: number;
  /** Workers that ended while the pool was open, for whatever reason, and are replaced when they are needed. */
  restarts: number;
}
