/**
 * Calls that need no answer: the owner has granted a lease, so it will do what it
 * is told. Such a call settles when the kernel has it, or when it is noted in the
 * journal, which the owner reads even after this process has died.
 *
 *     pushed ── sent or noted ─► arrived ─┬─────────────────────────────► settled
 *                                         └ lease frozen ─► doubtful ─┬─► settled
 *                                                                     └─► requested
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { Journal } from "../runtime/capabilities.ts";
import type { Channel } from "../transport/channel.ts";
import { pushMessage } from "../transport/messages.ts";
import { MessageBatch } from "./message_batch.ts";
import type { CallOutcome, CallParameters } from "./pending_call.ts";

const NO_BLOCKS: Pick<Encoded, "blocks"> = { blocks: [] };

/** What the session does for the calls. */
export interface PushListener {
  /** Fewer calls are pending. */
  onSettled(): void;
  /** Settles the outcome of a call; fails it when the session has ended. */
  settle(outcome: CallOutcome): void;
  /** The owner has not performed the call: it is requested, and gives the outcome. */
  request(parameters: CallParameters, outcome: CallOutcome): void;
}

/** A call that was pushed. */
interface PushedCall {
  readonly number: number;
  readonly parameters: CallParameters;
  readonly outcome: CallOutcome;
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
  /** The owner has made a journal that this process cannot use: it would not see there that a lease is frozen. */
  #isJournalMissing = false;
  readonly #listener: PushListener;
  /** Acts on objects that the owner does whenever it is told. */
  readonly #leases = new Set<string>();
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
  /** Calls that arrived when a lease was frozen: the owner says whether they count. */
  #doubtful: PushedCall[] = [];
  /** Leases that have ended while calls were under way: number of the last push that counts. */
  readonly #lastPushes = new Map<string, number>();
  /** How many revocations of the journal the owner has spoken of. */
  #ended = 0;

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

  addLease(act: string, id: string): void {
    if (!this.#isJournalMissing) this.#leases.add(`${act} ${id}`);
  }

  endLease(act: string, id: string): void {
    this.#leases.delete(`${act} ${id}`);
  }

  /** The owner has performed nothing that was pushed under a lease after the push of this number. */
  leaseEnded(act: string, id: string, lastPush: number): void {
    this.endLease(act, id);
    this.#lastPushes.set(`${act} ${id}`, lastPush);
    this.#ended++;
    const calls = this.#doubtful;
    this.#doubtful = [];
    this.#settleAll(calls);
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

  /** Whether the owner does the call without being asked. Uses up what {@linkcode enable} has given. */
  mayPush({ act, id, isBounded, isEnabled }: CallParameters): boolean {
    if (isBounded) return false;
    if (isEnabled !== true) return this.#leases.size > 0 && this.#leases.has(`${act} ${id}`);
    const name = `${act} ${id}`;
    const times = this.#enabled.get(name) ?? 0;
    if (times > 1) this.#enabled.set(name, times - 1);
    else this.#enabled.delete(name);
    return times > 0;
  }

  /** @param isWaiting whether the session waits for answers: it holds the program already, and calls are not noted */
  push(channel: Channel, parameters: CallParameters, outcome: CallOutcome, isWaiting: boolean): void {
    const { id, act, args, value, isEnabled } = parameters;
    const { blocks } = value ?? NO_BLOCKS;
    const base = channel.base(blocks.length);
    const message = pushMessage(++this.#count, id, act, base, value, args);
    // The owner reads notes in order: none may stand before something that is only in this process's memory.
    const isNoted = isEnabled !== true && blocks.length === 0 && this.#unnoted === 0 && this.#isAlone(isWaiting) &&
      this.#journal!.write(message);
    if (!isNoted) this.#unnoted++;
    if (this.pending === 0 && !isWaiting) channel.ref();
    this.#unsent++;
    const call: PushedCall = { number: this.#count, parameters, outcome };
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
    if (!isNoted) return;
    const now = performance.now();
    if (this.#frame.batch.join(channel, now)) {
      // The owner looks at the journal some milliseconds after it has received the last frame, so it finds this note.
      if (isArrived) return;
      isArrived = true;
      if (this.#frame.isSent) this.#arrive(call);
      else this.#frame.calls.push(call);
    } else {
      frame = this.#frame = { batch: new MessageBatch(now), isSent: false, calls: [] };
      channel.flush();
    }
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

  /** First a call arrives, and then it is seen whether a lease is frozen: the owner freezes, and then reads what has arrived. */
  #settleAll(calls: readonly PushedCall[]): void {
    const isFrozen = this.#journal !== null && this.#journal.revocations() > this.#ended;
    const isUsual = !isFrozen && this.#lastPushes.size === 0;
    for (const call of calls) {
      if (isUsual) this.#listener.settle(call.outcome);
      else this.#settleLate(call, isFrozen);
    }
    if (this.pending === 0) this.#lastPushes.clear();
    this.#listener.onSettled();
  }

  /** Settles a call that arrived when a lease was frozen, or had ended. */
  #settleLate(call: PushedCall, isFrozen: boolean): void {
    const { parameters: { act, id, isEnabled }, number, outcome } = call;
    const last = this.#lastPushes.get(`${act} ${id}`);
    if (last !== undefined && number > last) this.#listener.request(call.parameters, outcome);
    else if (isFrozen && last === undefined && isEnabled !== true) this.#doubtful.push(call);
    else this.#listener.settle(outcome);
  }

  /** Whether the call is the first since its caller could wait for something: many at once cost less in one frame. */
  #isAlone(isWaiting: boolean): boolean {
    if (this.#journal === null || this.#isBurst || isWaiting) return false;
    this.#isBurst = true;
    queueMicrotask(() => this.#isBurst = false);
    return true;
  }
}
