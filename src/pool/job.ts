/**
 * A job: what one worker is asked to do at once, a single call or a chunk of a
 * map. It settles exactly once, whoever asks. Knows no worker and no queue.
 *
 * @module
 */
import type { Encoded } from "../codec.ts";
import type { Note } from "../registry.ts";

/** A function as a pool knows it: named once, numbered once. */
export interface Work {
  readonly note: Note;
  readonly number: number;
  readonly name: string;
}

/** How a job ended. `index` is that of the item of a chunk that failed. */
export interface Outcome {
  value(value: unknown): void;
  error(error: unknown, index: number): void;
}

let jobs = 0;

export class Job {
  readonly id: number = ++jobs;
  readonly work: Work;
  readonly kind: "call" | "map" | "starmap";
  readonly input: Encoded;
  #outcome: Outcome | null;

  constructor(work: Work, kind: Job["kind"], input: Encoded, outcome: Outcome) {
    this.work = work;
    this.kind = kind;
    this.input = input;
    this.#outcome = outcome;
  }

  get settled(): boolean {
    return this.#outcome === null;
  }

  succeed(value: unknown): void {
    this.#take()?.value(value);
  }

  fail(error: unknown, index = 0): void {
    this.#take()?.error(error, index);
  }

  #take(): Outcome | null {
    const outcome = this.#outcome;
    this.#outcome = null;
    return outcome;
  }
}
