/**
 * What an owner gave before it was asked, taken one by one. Each is ticked in the
 * journal first: either the owner sees the tick, or what it has done meanwhile is
 * seen here. Caller's side; mirror of `advance.ts`.
 *
 * @module
 */
import type { Journal } from "../runtime/capabilities.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { Deque } from "../deque.ts";

export class PrefetchReceiver {
  readonly #journal: Journal;
  readonly #things = new Deque<{ number: number; cargo: EncodedValue }>();
  #object = "";

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Has one thing more of an object. */
  add(object: string, number: number, cargo: EncodedValue): void {
    this.#object = object;
    this.#things.push({ number, cargo });
  }

  /** Whether it has something of an object, or had just now. */
  has(object: string): boolean {
    return this.#object === object && this.#things.size > 0;
  }

  /** The next thing, which is this process's own from now on; null when the owner has reclaimed everything. */
  take(): { number: number; cargo: EncodedValue } | null {
    this.#journal.tick(1);
    if (!this.#journal.frozen()) return this.#things.shift()!;
    this.#journal.tick(-1);
    return null;
  }

  /** Everything in it is the owner's again. Gives the numbers of what may have been counted as taken, and was not. */
  clear(): number[] {
    const numbers = [...this.#things].map(({ number }) => number);
    while (this.#things.size > 0) this.#things.shift();
    this.#journal.thaw();
    return numbers;
  }
}
