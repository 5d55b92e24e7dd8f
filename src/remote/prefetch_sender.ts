/**
 * Values that a client was sent before it requested them. It takes one after the
 * other without a message, and counts each in its journal before it uses it. What
 * it has not counted can be taken back at any moment, also while its event loop
 * does not turn. Owner's side; the caller's is `prefetch_receiver.ts`.
 *
 *     sending ── reclaim ─► frozen ── the client has answered ─► sending
 *        └────── the client declines ─► declined
 *
 * @module
 */
import { Deque } from "../deque.ts";
import { ProtocolError } from "../errors.ts";
import type { Delivery } from "./operation.ts";

/** The journal of a client, as its owner sees it. */
export interface PrefetchJournal {
  /** How many values the client has counted; null when that cannot be known. */
  ticks(): number | null;
  /** From now on the client takes nothing; false when it cannot be told. */
  freeze(): boolean;
}

export class PrefetchSender {
  readonly #journal: PrefetchJournal;
  /** Values that the client may not have taken yet, by number. */
  readonly #sent = new Deque<{ number: number; delivery: Delivery }>();
  /** Number of the last value that was sent. */
  #last = 0;
  #state: "sending" | "frozen" | "declined" = "sending";
  /** Id of the object to which the values belong. */
  #object = "";

  constructor(journal: PrefetchJournal) {
    this.#journal = journal;
  }

  /** The number of one more value of an object; 0 when the client is to be sent nothing now. */
  give(object: string, delivery: Delivery): number {
    if (this.#state !== "sending" || this.#sent.size > 0 && this.#object !== object) return 0;
    this.#object = object;
    this.#sent.push({ number: ++this.#last, delivery });
    return this.#last;
  }

  /** The client has taken all values up to a number. @throws {ProtocolError} it was sent none of that number */
  took(number: number): void {
    this.#checkNumber(number);
    this.#settleUpTo(number);
  }

  #settleUpTo(number: number): void {
    for (let first = this.#sent.first(); first !== undefined && first.number <= number; first = this.#sent.first()) {
      this.#sent.shift();
      first.delivery.kept?.();
    }
  }

  /** Takes back what the client has not counted. @returns whether the client is to be told */
  reclaim(): boolean {
    if (this.#sent.size === 0 || this.#state !== "sending") return false;
    if (!this.#journal.freeze()) return false;
    this.#state = "frozen";
    const ticks = this.#ticks();
    this.#settleUpTo(ticks - 1);
    const last = this.#sent.first(); // the client may have counted it just now, and see next that it is frozen
    if (last?.number === ticks) last.delivery.begun?.();
    this.#takeBack(ticks);
    return true;
  }

  /**
   * The client knows that everything was reclaimed, and has not used the values of these numbers.
   *
   * @throws {ProtocolError} it was sent none of such a number
   */
  reclaimed(unused: readonly number[]): void {
    for (const number of unused) this.#checkNumber(number);
    if (this.#state === "frozen") this.#state = "sending";
    const [first = this.#last + 1] = unused;
    this.#settleUpTo(first - 1);
    this.#takeBack(0);
    this.#last = first - 1; // the next number is that of the client's next count
  }

  /** The client takes no values before it has requested them. */
  decline(): void {
    this.#state = "declined";
    this.#takeBack(0);
  }

  /** The client is gone. */
  end(): void {
    this.#settleUpTo(this.#ticks());
    this.#takeBack(0);
  }

  /** How many values the client has counted, which may write what it likes: better lost than given twice. */
  #ticks(): number {
    const ticks = this.#journal.ticks();
    return ticks === null || !Number.isInteger(ticks) ? this.#last : Math.max(0, Math.min(ticks, this.#last));
  }

  #checkNumber(number: number): void {
    if (Number.isInteger(number) && number >= 1 && number <= this.#last) return;
    throw new ProtocolError("Cannot take values: the client counts what it was not sent");
  }

  /** Takes back the values of higher numbers than this one, the last of them first. */
  #takeBack(number: number): void {
    const back = [...this.#sent].filter((each) => each.number > number);
    while (this.#sent.size > 0 && this.#sent.last()!.number > number) this.#sent.pop();
    for (const { delivery } of back.reverse()) delivery.undone();
  }
}
