/**
 * What a guest was given before it asked: it takes one thing after the other
 * without a word, and ticks each in its journal first. What it has not ticked can be
 * reclaimed at any moment, also while its event loop does not turn. Owner's side;
 * mirror of `stock.ts`.
 *
 * @module
 */
import { Deque } from "../deque.ts";
import type { Delivery } from "./operation.ts";

/** The journal of a guest, as its owner sees it. */
export interface PrefetchJournal {
  /** How often it has ticked; null when that cannot be known. */
  ticks(): number | null;
  /** From now on it takes nothing; false when it cannot be told. */
  freeze(): boolean;
}

export class PrefetchSender {
  readonly #ledger: PrefetchJournal;
  /** What may be with the guest still, by number. */
  readonly #out = new Deque<{ number: number; receipt: Delivery }>();
  #given = 0;
  #isFrozen = false;
  /** What it is given belongs to this object. */
  #object = "";

  constructor(ledger: PrefetchJournal) {
    this.#ledger = ledger;
  }

  /** A number for one more thing of an object; 0 when it shall be given nothing now. */
  give(object: string, receipt: Delivery): number {
    if (this.#isFrozen || this.#out.size > 0 && this.#object !== object) return 0;
    this.#object = object;
    this.#out.push({ number: ++this.#given, receipt });
    return this.#given;
  }

  /** It has taken everything up to a number. */
  took(number: number): void {
    for (let first = this.#out.first(); first !== undefined && first.number <= number; first = this.#out.first()) {
      this.#out.shift();
      first.receipt.kept?.();
    }
  }

  /** Takes back what it has not ticked. True when the guest is to be told. */
  reclaim(): boolean {
    if (this.#out.size === 0 || this.#isFrozen) return false;
    if (!this.#ledger.freeze()) return false;
    this.#isFrozen = true;
    const ticks = this.#ledger.ticks() ?? this.#given;
    this.took(ticks - 1);
    const last = this.#out.first(); // ticked a moment ago, perhaps, and to be found frozen
    if (last?.number === ticks) last.receipt.begun?.();
    this.#return(ticks);
    return true;
  }

  /** It knows that everything was reclaimed, and has not used what it had ticked as these numbers. */
  reclaimed(unused: readonly number[]): void {
    this.#isFrozen = false;
    const [first = this.#given + 1] = unused;
    this.took(first - 1);
    this.#return(0);
    this.#given = first - 1; // numbers and ticks go on together
  }

  /** It has no use for it. */
  decline(): void {
    this.#isFrozen = true; // for good
    this.#return(0);
  }

  /** It is gone. */
  end(): void {
    this.took(this.#ledger.ticks() ?? this.#given); // better lost than given twice
    this.#return(0);
  }

  #return(ticks: number): void {
    const back = [...this.#out].filter(({ number }) => number > ticks);
    while (this.#out.size > 0 && this.#out.last()!.number > ticks) this.#out.pop();
    for (const { receipt } of back.reverse()) receipt.undone();
  }
}
