/**
 * A job: what one worker is asked to do at once, a single call or a chunk of a
 * map. It settles exactly once, whoever asks. Knows no worker and no queue.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";

/** A function as a pool knows it: named once, numbered once. */
export interface TaskFunction {
  readonly note: FunctionRef;
  readonly number: number;
  readonly name: string;
}

/** How a job ended. `index` is that of the item of a chunk that failed. */
export interface TaskOutcome {
  value(value: unknown): void;
  error(error: unknown, index: number): void;
}

/** What has become of the tasks of a pool. */
export class TaskCounters {
  submitted = 0;
  completed = 0;
  failed = 0;
  lost = 0;
  restarts = 0;

  /** Tasks that have not settled. */
  get outstanding(): number {
    return this.submitted - this.completed - this.failed;
  }

  /** Counts a task that failed before it became a job. */
  refuse(): void {
    this.submitted++;
    this.failed++;
  }

  /** The part that users see. */
  sums(): { completed: number; failed: number; lost: number; restarts: number } {
    const { completed, failed, lost, restarts } = this;
    return { completed, failed, lost, restarts };
  }
}

let jobs = 0;

const NOTHING: Encoded = { text: "[]", blocks: [], handles: [] };

export class Task {
  readonly id: number = ++jobs;
  readonly work: TaskFunction;
  readonly kind: "call" | "map" | "starmap";
  /** The arguments; nothing any more when it has settled: who keeps a result does not keep them. */
  input: Encoded;
  /** Calls that it stands for. */
  readonly items: number;
  /** How many workers have died under it. */
  losses = 0;
  readonly #tally: TaskCounters;
  #outcome: TaskOutcome | null;

  constructor(
    work: TaskFunction,
    kind: Task["kind"],
    input: Encoded,
    outcome: TaskOutcome,
    tally: TaskCounters,
    items = 1,
  ) {
    this.work = work;
    this.kind = kind;
    this.input = input;
    this.items = items;
    this.#outcome = outcome;
    this.#tally = tally;
    tally.submitted++;
  }

  get settled(): boolean {
    return this.#outcome === null;
  }

  succeed(value: unknown): void {
    const outcome = this.#take();
    if (outcome === null) return;
    this.#tally.completed++;
    outcome.value(value);
  }

  fail(error: unknown, index = 0): void {
    const outcome = this.#take();
    if (outcome === null) return;
    this.#tally.failed++;
    outcome.error(error, index);
  }

  #take(): TaskOutcome | null {
    const outcome = this.#outcome;
    this.#outcome = null;
    this.input = NOTHING;
    return outcome;
  }
}
