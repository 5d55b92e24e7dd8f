/**
 * Replays a recording in a fork child, up to its fork: every call gives what it
 * gave in the parent, and promises settle in the same order. The other side of
 * `recorder.ts`.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { AnswerReplayer } from "./answers.ts";
import { callSite, FORK, isSettlement, type RecordedCall, type Recording, valueOf } from "./recording.ts";
import { ReplayedPromises } from "./replayed_promises.ts";

/** What a replay comes to. */
export interface ReplayListener {
  /** An earlier fork of the same line of processes was replayed: what follows was recorded by its child. */
  forkPassed(): void;
  /** The fork of this very process was reached. The replay is over, and every call is live from now on. */
  forkReached(): void;
  /**
   * The program made another call than its parent. Does not return.
   *
   * @param number of the call in the recording, from 1
   */
  diverged(expected: string, called: string, number: number): never;
}

export class Replayer {
  readonly #recording: Recording;
  readonly #listener: ReplayListener;
  readonly #answers: AnswerReplayer;
  readonly #promises = new ReplayedPromises();
  /** Index of the next event. */
  #position = 0;
  /** Indexes of optional calls that were passed over, since nobody has made them here yet. */
  readonly #skipped = new Set<number>();
  #isSettling = false;

  constructor(recording: Recording, listener: ReplayListener) {
    this.#recording = recording;
    this.#listener = listener;
    this.#answers = new AnswerReplayer(recording.answers);
  }

  /**
   * Gives what the call gave in the parent.
   *
   * @param abandoned makes the error for a promise that was pending at the fork
   */
  call(act: string, abandoned?: () => Error): unknown {
    const index = this.#match(act);
    const [, , , outcome] = this.#recording.events[index] as RecordedCall;
    if (this.#position === this.#recording.events.length) return this.#reachFork();
    const promise = outcome === null ? this.#promises.create(index, abandoned) : null;
    this.#settleNext();
    if (outcome === null) return promise;
    const value = valueOf(outcome);
    if (outcome[0] === 0) throw value;
    if (act === FORK && value === 0) {
      this.#promises.abandonAll();
      this.#listener.forkPassed();
    }
    return value;
  }

  /** Gives the answer that the question got in the parent; that of `fallback` when it was never asked there. */
  answer(question: string, fallback: () => unknown): unknown {
    return this.#answers.answer(question, this.#nextCall(), fallback);
  }

  /** The index of the event that is this call. Optional calls before it are passed over. */
  #match(act: string): number {
    const called = callSite();
    const { events, sites } = this.#recording;
    for (const index of this.#skipped) {
      const [recordedAct, site] = events[index] as RecordedCall;
      if (recordedAct === act && sites[site] === called) {
        this.#skipped.delete(index);
        return index;
      }
    }
    for (let index = this.#position; index < events.length; index++) {
      const event = events[index]!;
      if (isSettlement(event)) continue;
      const [recordedAct, site, isOptional] = event;
      if (recordedAct === act && sites[site] === called) {
        while (this.#position < index) this.#pass();
        this.#position = index + 1;
        return index;
      }
      if (isOptional === 0) break;
    }
    return this.#listener.diverged(this.#describeNext(), `${act} at ${called}`, this.#position + 1);
  }

  /** The next call of the recording, for people. */
  #describeNext(): string {
    const [act, site] = this.#recording.events[this.#nextCall()] as RecordedCall;
    return `${act} at ${this.#recording.sites[site]}`;
  }

  /** The index of the next call; the number of events when there is none. */
  #nextCall(): number {
    const { events } = this.#recording;
    let next = this.#position;
    while (next < events.length && isSettlement(events[next]!)) next++;
    return next;
  }

  /**
   * Settles what settled in the parent before its next call: the first promise now, each other one in a later turn of
   * the event loop, so that what follows from one comes before the next.
   */
  #settleNext(): void {
    const next = this.#recording.events[this.#position];
    if (next !== undefined && isSettlement(next)) this.#pass();
    if (!this.#isSettling) this.#settleInTurns(-1);
  }

  /** @param stalledAt the position at the turn before: an optional call that nobody has made by now is passed over */
  #settleInTurns(stalledAt: number): void {
    const { events } = this.#recording;
    const position = this.#position;
    const event = events[position];
    const goesOn = event !== undefined && position < events.length - 1 && (isSettlement(event) || event[2] === 1);
    this.#isSettling = goesOn;
    if (!goesOn) return;
    thisProcess().nextTurn(() => {
      if (this.#position === position && (isSettlement(event) || position === stalledAt)) this.#pass();
      this.#settleInTurns(position);
    });
  }

  /** Goes past the next event: settles a promise, or skips a call. */
  #pass(): void {
    const index = this.#position++;
    const event = this.#recording.events[index]!;
    if (isSettlement(event)) this.#promises.settle(...event);
    else this.#skipped.add(index);
  }

  #reachFork(): 0 {
    this.#listener.forkReached();
    this.#promises.abandonAll();
    return 0;
  }
}
