/**
 * Calls that need no answer: the owner has granted a lease, so it will do what it
 * is told. Such a call settles when the kernel has it, or when it is noted in the
 * journal, which the owner reads even after this process has died.
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
  /** A call is in the kernel's hands. */
  onSent(): void;
  /** Settles the outcome of a call; fails it when the session has ended. */
  settle(outcome: CallOutcome): void;
}

/** A frame with the noted calls that count on it: the owner looks at the journal when it receives the frame. */
interface NotedFrame {
  readonly batch: MessageBatch;
  /** Whether the frame is in the kernel's hands: then the owner receives it, whatever becomes of this process. */
  isSent: boolean;
  /** Calls that were noted while it was not. */
  readonly outcomes: CallOutcome[];
}

export class PushedCalls {
  /** Where calls are noted; null as long as the owner has not named a place. */
  journal: Journal | null = null;
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
  #frame: NotedFrame = { batch: new MessageBatch(), isSent: true, outcomes: [] };

  constructor(listener: PushListener) {
    this.#listener = listener;
  }

  /** How many calls were pushed. */
  get count(): number {
    return this.#count;
  }

  /** How many calls are not in the kernel's hands. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Whether the owner may have calls yet to read. */
  get isUnread(): boolean {
    return this.#count !== this.#read;
  }

  /** The owner has read the first `count` calls. */
  readUpTo(count: number): void {
    this.#read = count;
  }

  addLease(act: string, id: string): void {
    this.#leases.add(`${act} ${id}`);
  }

  endLease(act: string, id: string): void {
    this.#leases.delete(`${act} ${id}`);
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
      this.journal!.write(message);
    if (!isNoted) this.#unnoted++;
    if (this.#unsent++ === 0 && !isWaiting) channel.ref();
    let frame: NotedFrame | null = null;
    channel.post(message, blocks, () => {
      if (!isNoted) this.#unnoted--;
      if (--this.#unsent === 0) this.journal?.clear();
      this.#listener.onSent();
      this.#listener.settle(outcome);
      if (frame === null) return;
      frame.isSent = true;
      for (const each of frame.outcomes.splice(0)) this.#listener.settle(each);
    }, isNoted);
    if (!isNoted) return;
    const now = performance.now();
    if (this.#frame.batch.join(channel, now)) {
      // The owner looks at the journal some milliseconds after it has received the last frame, so it finds this note.
      if (this.#frame.isSent) outcome.settle(undefined);
      else this.#frame.outcomes.push(outcome);
    } else {
      frame = this.#frame = { batch: new MessageBatch(now), isSent: false, outcomes: [] };
      channel.flush();
    }
  }

  /** Whether the call is the first since its caller could wait for something: many at once cost less in one frame. */
  #isAlone(isWaiting: boolean): boolean {
    if (this.journal === null || this.#isBurst || isWaiting) return false;
    this.#isBurst = true;
    queueMicrotask(() => this.#isBurst = false);
    return true;
  }
}
