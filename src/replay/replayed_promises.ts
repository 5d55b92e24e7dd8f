/**
 * The promises that replayed calls give. Each settles with what it settled with in
 * the parent, or rejects at the fork when it was pending there. Knows no order:
 * `replayer.ts` says when a promise settles.
 *
 * @module
 */
import { ForkError } from "../errors.ts";
import { type RecordedOutcome, valueOf } from "./recording.ts";

interface PendingPromise {
  readonly settle: (outcome: RecordedOutcome) => void;
  readonly abandon: () => void;
}

export class ReplayedPromises {
  /** By the index of the call among the events. */
  readonly #pending = new Map<number, PendingPromise>();
  /** Outcomes of calls that have not been made here: a call inside a snapshot may come late, or never. */
  readonly #early = new Map<number, RecordedOutcome>();

  /**
   * The promise of a call.
   *
   * @param abandoned makes the error for a promise that was pending at the fork
   */
  create(call: number, abandoned: (() => Error) | undefined): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const settle = (outcome: RecordedOutcome) =>
      outcome[0] === 1 ? resolve(valueOf(outcome)) : reject(valueOf(outcome));
    const early = this.#early.get(call);
    if (early !== undefined) {
      settle(early);
      return promise;
    }
    const abandon = () => {
      promise.catch(() => {}); // the rejection is for those who await the promise, and is not unhandled
      reject(abandoned?.() ?? new ForkError("Cannot await promise: it was pending at the fork, await it before"));
    };
    this.#pending.set(call, { settle, abandon });
    return promise;
  }

  settle(call: number, outcome: RecordedOutcome): void {
    const pending = this.#pending.get(call);
    if (pending === undefined) this.#early.set(call, outcome);
    else pending.settle(outcome);
    this.#pending.delete(call);
  }

  /** Rejects all that are pending: they belong to the parent. */
  abandonAll(): void {
    for (const { abandon } of this.#pending.values()) abandon();
    this.#pending.clear();
  }
}
