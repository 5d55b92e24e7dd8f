/**
 * A task: what a worker is asked to do at once, a single call or a chunk of a map.
 * It settles once. Knows no worker and no queue.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { RunClock } from "./run_clock.ts";

/** A function that tasks call. The pool names and numbers each function once. */
export interface TaskFunction {
  readonly ref: FunctionRef;
  readonly number: number;
  readonly name: string;
}

/** Gets the outcome of a task. `index` is that of the item of a chunk that failed. */
export interface TaskOutcome {
  value(value: unknown): void;
  error(error: unknown, index: number): void;
}

/** How many tasks a pool has had, and how they ended. */
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

  /** Counts a task that failed before it was submitted. */
  countRefused(): void {
    this.submitted++;
    this.failed++;
  }

  /** The counts that `stats()` tells. */
  totals(): { completed: number; failed: number; lost: number; restarts: number } {
    const { completed, failed, lost, restarts } = this;
    return { completed, failed, lost, restarts };
  }
}

const NO_INPUT: Encoded = { text: "[]", blocks: [], handles: [] };

export class Task {
  readonly fn: TaskFunction;
  /** A chunk of `imap` gives the outcome of each item; the others fail with their first failing item. */
  readonly kind: "call" | "map" | "starmap" | "imap";
  /** The arguments; empty when it has settled, so that a result that is kept does not keep them. */
  input: Encoded;
  /** Number of calls: 1, or the items of a chunk. */
  readonly items: number;
  /** Counts the time that its result has a limit for; null without one. */
  clock: RunClock | null = null;
  /** How many workers have died while they ran it. */
  losses = 0;
  /** How many workers have died without a sign that they had begun it, while it was the next that they would run. */
  unbegunLosses = 0;
  /** Its place among the tasks of the pool, in the order in which they were submitted. */
  place = 0;
  /** How often workers have given it back. */
  returns = 0;
  readonly #counters: TaskCounters;
  #outcome: TaskOutcome | null;

  constructor(
    fn: TaskFunction,
    kind: Task["kind"],
    input: Encoded,
    outcome: TaskOutcome,
    counters: TaskCounters,
    items = 1,
  ) {
    this.fn = fn;
    this.kind = kind;
    this.input = input;
    this.items = items;
    this.#outcome = outcome;
    this.#counters = counters;
    counters.submitted++;
  }

  get settled(): boolean {
    return this.#outcome === null;
  }

  succeed(value: unknown): void {
    const outcome = this.#take();
    if (outcome === null) return;
    this.#counters.completed++;
    outcome.value(value);
  }

  fail(error: unknown, index = 0): void {
    const outcome = this.#take();
    if (outcome === null) return;
    this.#counters.failed++;
    outcome.error(error, index);
  }

  #take(): TaskOutcome | null {
    const outcome = this.#outcome;
    this.#outcome = null;
    this.input = NO_INPUT;
    return outcome;
  }
}
