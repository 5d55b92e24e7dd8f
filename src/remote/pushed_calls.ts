/**
 * Calls that need no answer: the owner has granted a credit, so it will do what it
 * is told. Such a call settles when the kernel has it, or when it is noted in the
 * journal, which the owner reads even after this process has died.
 *
 *     pushed ── sent or noted ─► arrived ─┬──────────────────────────────────────► settled
 *                                         └ after the end of its credit, or while
 *                                           one is frozen ─► doubtful ─┬ read ────► settled
 *                                                                      └ refused ─► requested
 *
 * What has arrived in time is taken, whenever the owner reads it. Of anything else
 * the owner is asked whether it has read it: it may have refused it before.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { Journal } from "../runtime/capabilities.ts";
import type { Channel } from "../transport/channel.ts";
import { pushMessage } from "../transport/messages.ts";
import { HeldCredits } from "./held_credits.ts";
import { MessageBatch } from "./message_batch.ts";
import type { CallOutcome, CallParameters } from "./pending_call.ts";

const NO_BLOCKS: Pick<Encoded, "blocks"> = { blocks: [] };

/** What the session does for the calls. */
export interface PushListener {
  /** Fewer calls are pending. */
  onSettled(): void;
  /** Settles the outcome of a call; fails it when the session has ended. */
  settle(outcome: CallOutcome): void;
  /** The owner has refused the call: it is requested, and gives the outcome. */
  request(parameters: CallParameters, outcome: CallOutcome): void;
  /** Calls back when the owner has read everything that was sent before. */
  confirm(read: () => void): void;
}

/** A call that was pushed. */
interface PushedCall {
  readonly number: number;
  readonly parameters: CallParameters;
  readonly outcome: CallOutcome;
  /** When the credit by which it was pushed ends, in milliseconds of `performance.now()`. */
  readonly end: number;
}

/** A frame with the noted calls that count on it: the owner looks at the journal when it receives the frame. */
interface NotedFrame {
  readonly batch: MessageBatch;
  /** Whether the frame is in the kernel's hands: then the owner receives it, whatever becomes of this process. */
  isSent: boolean;
  /** Calls that were noted while it was not. */
  readonly calls: PushedCall[];
}

export class PushedCalls {
  /** Where calls are noted; null as long as the owner has not named a place. */
  #journal: Journal | null = null;
  /** The owner has made a journal that this process cannot use: it would not see there that a credit is frozen. */
  #isJournalMissing = false;
  readonly #listener: PushListener;
  readonly #credits = new HeldCredits();
  /** Acts that may be pushed as often as another call was answered. */
  readonly #enabled = new Map<string, number>();
  #count = 0;
  /** How many of them the owner is known to have read. */
  #read = 0;
  #unsent = 0;
  /** How many of the unsent calls are not noted in the journal. */
  #unnoted = 0;
  #isBurst = false;
  #frame: NotedFrame = { batch: new MessageBatch(), isSent: true, calls: [] };
  /** Calls that the owner receives, and that were not settled yet. */
  #arrived: PushedCall[] = [];
  /** Calls of which the owner is asked. */
  #doubtful: PushedCall[] = [];
  #isAsking = false;
  /** Numbers of calls that the owner has refused before it was asked. */
  readonly #refused = new Set<number>();
  /** How many of the revocations in the journal are over. */
  #revoked = 0;

  constructor(listener: PushListener) {
    this.#listener = listener;
  }

  /** How many calls were pushed. */
  get count(): number {
    return this.#count;
  }

  /** How many calls are not settled. */
  get pending(): number {
    return this.#unsent + this.#arrived.length + this.#doubtful.length;
  }

  /** Whether the owner may have calls yet to read. */
  get isUnread(): boolean {
    return this.#count !== this.#read;
  }

  /** The owner has read the first `count` calls. */
  readUpTo(count: number): void {
    this.#read = count;
  }

  /** The owner has made a journal. @param journal null when this process cannot use it */
  openJournal(journal: Journal | null): void {
    this.#journal = journal;
    this.#isJournalMissing = journal === null;
  }

  /** The owner has granted a credit. @param end by the clock of this process */
  grant(act: string, id: string, limit: number, end: number): void {
    if (end === Infinity && this.#isJournalMissing) return;
    this.#credits.grant(`${act} ${id}`, limit, end);
  }

  /** The owner has revoked a credit. */
  drop(act: string, id: string): void {
    this.#credits.drop(`${act} ${id}`);
  }

  /** A revocation in the journal is over. */
  revoked(): void {
    this.#revoked++;
  }

  /** The owner has refused a call. */
  refuse(number: number): void {
    this.#refused.add(number);
  }

  /** The session has ended: nothing more is told. */
  clear(): void {
    const calls = [...this.#arrived, ...this.#doubtful];
    this.#arrived = [];
    this.#doubtful = [];
    for (const { outcome } of calls) this.#listener.settle(outcome);
  }

  /** One call of that act, on that object, may be pushed. @param name the act, a space, and the object's id */
  enable(name: string): void {
    this.#enabled.set(name, (this.#enabled.get(name) ?? 0) + 1);
  }

  /**
   * Pushes a call, where the owner does it without being asked; else false.
   *
   * @param isWaiting whether the session waits for answers: it holds the program already, and calls are not noted
   */
  push(channel: Channel | null, parameters: CallParameters, outcome: CallOutcome, isWaiting: boolean): boolean {
    const { id, act, value, isEnabled, isBounded } = parameters;
    if (isBounded || channel === null) return false;
    let { args } = parameters;
    let end = Infinity;
    if (isEnabled === true) {
      if (!this.#useEnabled(`${act} ${id}`)) return false;
    } else {
      const credit = this.#credits.use(`${act} ${id}`);
      if (credit === null) return false;
      end = credit.end;
      if (credit.clock > 0) args = [credit.clock];
    }
    const { blocks } = value ?? NO_BLOCKS;
    const base = channel.base(blocks.length);
    const message = pushMessage(++this.#count, id, act, base, value, args);
    // The owner reads notes in order: none may stand before something that is only in this process's memory.
    const isNoted = isEnabled !== true && blocks.length === 0 && this.#unnoted === 0 && this.#isAlone(isWaiting) &&
      this.#journal!.write(message);
    if (!isNoted) this.#unnoted++;
    if (this.pending === 0 && !isWaiting) channel.ref();
    this.#unsent++;
    const call: PushedCall = { number: this.#count, parameters, outcome, end };
    let frame: NotedFrame | null = null;
    let isArrived = false;
    channel.post(message, blocks, () => {
      if (!isNoted) this.#unnoted--;
      if (--this.#unsent === 0) this.#journal?.clear();
      if (!isArrived) this.#arrive(call);
      else if (this.pending === 0) this.#listener.onSettled(); // it settled before: the last one that was to be sent
      isArrived = true;
      if (frame === null) return;
      frame.isSent = true;
      for (const each of frame.calls.splice(0)) this.#arrive(each);
    }, isNoted);
    if (!isNoted) return true;
    const now = performance.now();
    if (this.#frame.batch.join(channel, now)) {
      // The owner looks at the journal some milliseconds after it has received the last frame, so it finds this note.
      if (isArrived) return true;
      isArrived = true;
      if (this.#frame.isSent) this.#arrive(call);
      else this.#frame.calls.push(call);
    } else {
      frame = this.#frame = { batch: new MessageBatch(now), isSent: false, calls: [] };
      channel.flush();
    }
    return true;
  }

  #useEnabled(name: string): boolean {
    const times = this.#enabled.get(name) ?? 0;
    if (times > 1) this.#enabled.set(name, times - 1);
    else this.#enabled.delete(name);
    return times > 0;
  }

  /** The owner receives the call, whatever becomes of this process. Those that arrive in one turn are settled together. */
  #arrive(call: PushedCall): void {
    if (this.#arrived.push(call) === 1) queueMicrotask(this.#settleArrived);
  }

  readonly #settleArrived = (): void => {
    const calls = this.#arrived;
    this.#arrived = [];
    this.#settleAll(calls);
  };

  /** First a call arrives, and then it is seen whether its credit lasts: what the owner takes for ended, it has read before. */
  #settleAll(calls: readonly PushedCall[]): void {
    let now = 0;
    let isFrozen: boolean | null = null;
    for (const call of calls) {
      let isLate = false;
      if (call.end !== Infinity) isLate = (now ||= performance.now()) >= call.end;
      else if (call.parameters.isEnabled !== true) isLate = isFrozen ??= this.#isFrozen();
      if (isLate) this.#doubtful.push(call);
      else this.#listener.settle(call.outcome);
    }
    if (this.#doubtful.length > 0) this.#askOwner();
    this.#listener.onSettled();
  }

  #isFrozen(): boolean {
    return this.#journal !== null && this.#journal.revocations() > this.#revoked;
  }

  #askOwner(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const last = this.#count;
    this.#listener.confirm(() => {
      this.#isAsking = false;
      const calls = this.#doubtful;
      this.#doubtful = calls.filter(({ number }) => number > last);
      for (const call of calls) {
        if (call.number > last) continue;
        if (this.#refused.delete(call.number)) this.#listener.request(call.parameters, call.outcome);
        else this.#listener.settle(call.outcome);
      }
      if (this.#doubtful.length > 0) this.#askOwner();
      this.#listener.onSettled();
    });
  }

  /** Whether the call is the first since its caller could wait for something: many at once cost less in one frame. */
  #isAlone(isWaiting: boolean): boolean {
    if (this.#journal === null || this.#isBurst || isWaiting) return false;
    this.#isBurst = true;
    queueMicrotask(() => this.#isBurst = false);
    return true;
  }
}
