/**
 * The life of one worker, from its start to its end. Knows no process.
 *
 * @module
 */

/**
 * `starting`: it connects and runs the initializer. `ready`: it takes tasks. `retiring`: it runs the tasks that it has,
 * and gets no more. `leaving`: it was told to exit, is being killed, or has lost its connection. `ended`: its process
 * has ended.
 */
export type WorkerState = "starting" | "ready" | "retiring" | "leaving" | "ended";

/** `dismissed`: the pool has told it to exit, or kills it. `disconnected`: its connection ended by itself. */
type LifecycleEvent = "initialized" | "retired" | "dismissed" | "disconnected" | "exited";

const TRANSITIONS: Readonly<Record<WorkerState, Partial<Record<LifecycleEvent, WorkerState>>>> = {
  starting: { initialized: "ready", dismissed: "leaving", disconnected: "leaving", exited: "ended" },
  ready: { retired: "retiring", dismissed: "leaving", disconnected: "leaving", exited: "ended" },
  retiring: { dismissed: "leaving", disconnected: "leaving", exited: "ended" },
  leaving: { exited: "ended" },
  ended: {},
};

export class WorkerLifecycle {
  #state: WorkerState = "starting";
  /** When it became ready, as `performance.now()` counts; `Infinity` before. */
  #readyAt = Infinity;
  #wasDismissed = false;

  get state(): WorkerState {
    return this.#state;
  }

  get readyAt(): number {
    return this.#readyAt;
  }

  /** Whether it has ever been ready. */
  get wasReady(): boolean {
    return this.#readyAt < Infinity;
  }

  /** Whether the pool has told it to exit, or has killed it. */
  get wasDismissed(): boolean {
    return this.#wasDismissed;
  }

  /** Whether it takes tasks, or will. */
  get takesTasks(): boolean {
    return this.#state === "starting" || this.#state === "ready";
  }

  /** Changes the state as `event` requires; false when it is of no consequence now. */
  on(event: LifecycleEvent): boolean {
    if (event === "dismissed" && this.#state !== "ended") this.#wasDismissed = true;
    const next = TRANSITIONS[this.#state][event];
    if (next === undefined) return false;
    if (event === "initialized") this.#readyAt = performance.now();
    this.#state = next;
    return true;
  }
}
