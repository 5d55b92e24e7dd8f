/**
 * Answers to questions that a program may ask again and again, such as
 * `isAlive()`: equal answers in a row are kept as one run with a count. Recorded by
 * `AnswerRecorder`, given again in a fork child by `AnswerReplayer`.
 *
 * @module
 */
import type { AnswerRun, Recording } from "./recording.ts";

/** Keeps what each question was answered. */
export class AnswerRecorder {
  readonly #runs = new Map<string, AnswerRun[]>();
  #changes = 0;

  /** How many answers differed from the one before. */
  get changes(): number {
    return this.#changes;
  }

  /** @param from how many events were recorded before it */
  record(question: string, value: unknown, from: number): void {
    let runs = this.#runs.get(question);
    if (runs === undefined) this.#runs.set(question, runs = []);
    const last = runs.at(-1);
    if (last !== undefined && isSame(last[0], value)) last[1]++;
    else {
      runs.push([value, 1, from]);
      this.#changes++;
    }
  }

  /** Goes on from what was replayed. */
  adopt(answers: Recording["answers"]): void {
    for (const [question, runs] of answers) this.#runs.set(question, runs);
  }

  clear(): void {
    this.#runs.clear();
  }

  toJSON(): Recording["answers"] {
    return [...this.#runs];
  }
}

/** Gives each question the answers that it was given, in their order. */
export class AnswerReplayer {
  readonly #runs: ReadonlyMap<string, AnswerRun[]>;
  /** For each question: the index of the run that is being given, and how often it was given. */
  readonly #given = new Map<string, { run: number; count: number }>();

  constructor(answers: Recording["answers"]) {
    this.#runs = new Map(answers);
  }

  /**
   * @param nextCall index of the next call of the replay among the events
   * @param fallback answers a question that was never asked
   */
  answer(question: string, nextCall: number, fallback: () => unknown): unknown {
    const runs = this.#runs.get(question);
    if (runs === undefined) return fallback();
    let given = this.#given.get(question);
    if (given === undefined) this.#given.set(question, given = { run: 0, count: 0 });
    for (let next = runs[given.run + 1]; next !== undefined; next = runs[given.run + 1]) {
      const [, , from] = next;
      const isOver = from < nextCall || from === nextCall && given.count >= runs[given.run]![1];
      if (!isOver) break;
      given.run++;
      given.count = 0;
    }
    given.count++;
    return runs[given.run]![0];
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || typeof one === "object" && JSON.stringify(one) === JSON.stringify(other);
}
