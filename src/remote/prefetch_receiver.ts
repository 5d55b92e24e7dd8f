/**
 * Values that the owner of an object has sent before they were requested, taken one
 * by one. Each is counted in the journal before it is used: either the owner sees
 * the count, or this process sees that the owner has frozen it. Caller's side; the
 * owner's is `prefetch_sender.ts`.
 *
 * @module
 */
import type { Journal } from "../runtime/capabilities.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { Deque } from "../deque.ts";

/** A value, and the number under which the owner sent it. */
export interface PrefetchedValue {
  readonly number: number;
  readonly value: EncodedValue;
}

export class PrefetchReceiver {
  readonly #journal: Journal;
  readonly #values = new Deque<PrefetchedValue>();
  /** Id of the object to which they belong. */
  #object = "";

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** One more value of an object has come. */
  add(object: string, number: number, value: EncodedValue): void {
    this.#object = object;
    this.#values.push({ number, value });
  }

  /** Whether values of an object are here. The owner may have reclaimed them. */
  has(object: string): boolean {
    return this.#object === object && this.#values.size > 0;
  }

  /** The next value, which belongs to this process from now on; null when the owner has reclaimed all of them. */
  take(): PrefetchedValue | null {
    this.#journal.tick(1);
    if (!this.#journal.frozen()) return this.#values.shift()!;
    this.#journal.tick(-1);
    return null;
  }

  /** Drops the values, which belong to the owner again. Gives their numbers: the owner may have seen the first one counted. */
  clear(): number[] {
    const numbers = [...this.#values].map(({ number }) => number);
    while (this.#values.size > 0) this.#values.shift();
    this.#journal.thaw();
    return numbers;
  }
}
