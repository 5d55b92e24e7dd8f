/**
 * Owner's side of shared objects: the session with one process that uses objects
 * of this one. The caller's side: `owner_session.ts`.
 *
 *     ClientSession ═ channel ─ request ─► Operation ─► ObjectState
 *                        ▲── answer ◄──────────────── settles, now or later
 *
 * What a client holds is released when its connection ends. Knows no kind of
 * object.
 *
 * @module
 */
import type { Channel, Receiver } from "../transport/channel.ts";
import { encode, type Encoded } from "../codec/codec.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { ProtocolError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";
import { nameService } from "../transport/server.ts";
import {
  answerMessage,
  deliveryMessage,
  doneMessage,
  journalMessage,
  lapseMessage,
  prefetchMessage,
  reclaimMessage,
  refusalMessage,
  refusedMessage,
} from "../transport/messages.ts";
import { checkToOwner, type ReceivedMessage } from "../transport/check_message.ts";
import type { RequestMessage } from "../transport/protocol.ts";
import { ClientJournal } from "./client_journal.ts";
import { ClientCredits } from "./client_credits.ts";
import { type OperationSession, PushedOperation, RequestedOperation } from "./client_operation.ts";
import { PrefetchSender } from "./prefetch_sender.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { objectById } from "./object_table.ts";
import { type Credit, type Delivery, ObjectClient } from "./operation.ts";
import { OBJECT_SERVICE } from "./location.ts";

/** Notes are read when a client has sent nothing for this long: it notes only just after it has sent. */
const NOTES_DELAY_MS = 5;

class ClientSession extends ObjectClient implements Receiver, OperationSession {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, RequestedOperation>();
  /** Deliveries that the client has not acknowledged. */
  readonly #deliveries = new Map<number, Delivery>();
  readonly #credits: ClientCredits;
  /** How often the client may push an act in return for what it was given. */
  readonly #enabled = new Map<string, number>();
  readonly #journal: ClientJournal;
  #areNotesDue = false;
  /** Number of the last call that was pushed. */
  #lastPush = 0;
  #prefetched: PrefetchSender | null = null;
  #done: number[] = [];
  #isOver = false;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
    this.#journal = new ClientJournal((token, format) => channel.post(journalMessage(token, format)));
    this.#credits = new ClientCredits({
      post: (text) => channel.post(text),
      openJournal: () => void this.#journal.open(),
      freeze: () => this.#journal.revoke(),
    });
  }

  /** @throws {ProtocolError} the client may not send that: its connection ends, and nothing else */
  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkToOwner(received, blocks.length);
    switch (message[0]) {
      case "request":
        return this.#ask(message, blocks);
      case "push": {
        const [, number, id, act, base, count, payload, ...args] = message;
        const value = payload === null ? null : EncodedValue.arrived(payload, blocks, base, count);
        if (number <= this.#lastPush) return; // the note of it was performed
        const name = `${act} ${id}`;
        if (!this.#credits.use(name) && !this.#use(name)) {
          throw new ProtocolError(`Cannot ${act}: this client may only request it`);
        }
        this.#lastPush = number;
        this.#readNotesSoon();
        return objectById(id).perform(new PushedOperation(this, { number, act, args, value }));
      }
      case "revoke":
        return this.#credits.returned(message[1], message[2]);
      case "taken":
        return this.#prefetched?.took(message[1]);
      case "decline":
        this.#credits.decline();
        return this.#prefetched?.decline();
      case "reclaimed":
        return this.#prefetched?.reclaimed(message.slice(1) as number[]);
      case "cancel":
        return this.#cancel(message[1], message[2] === 1);
      case "ack":
        for (let at = 1; at < message.length; at++) this.#take(message[at] as number)?.kept?.();
        return;
      case "nack":
        return this.#undo(message[1]);
    }
  }

  #ask([, request, id, act, now, base, count, payload, ...args]: RequestMessage, blocks: Block[]): void {
    if (this.#waiting.has(request) || this.#deliveries.has(request)) {
      throw new ProtocolError("Cannot serve connection: two requests have the same number");
    }
    const value = payload === null ? null : EncodedValue.arrived(payload, blocks, base, count);
    const operation = new RequestedOperation(this, { request, id, act, args, value, isNow: now === 1 });
    try {
      objectById(id).perform(operation);
    } catch (error) {
      operation.fail(error);
    }
    if (operation.withdraw !== null) this.#waiting.set(request, operation);
  }

  #cancel(request: number, isLate: boolean): void {
    const operation = this.#waiting.get(request);
    // The answer is on its way. A client that has cancelled takes no delivery any more, and what it requests next may be
    // that very thing.
    if (operation === undefined) return this.#undo(request);
    if (isLate && operation.hurry !== null) return operation.hurry();
    operation.withdraw?.();
    operation.lapse();
  }

  #take(request: number): Delivery | undefined {
    const delivery = this.#deliveries.get(request);
    this.#deliveries.delete(request);
    return delivery;
  }

  #undo(request: number): void {
    const delivery = this.#take(request);
    if (delivery?.enables !== undefined) this.#use(delivery.enables);
    delivery?.undone();
  }

  #enable(name: string): void {
    this.#enabled.set(name, (this.#enabled.get(name) ?? 0) + 1);
  }

  /** Whether the client may push an act in return; uses that up. */
  #use(name: string): boolean {
    const times = this.#enabled.get(name) ?? 0;
    if (times > 1) this.#enabled.set(name, times - 1);
    else this.#enabled.delete(name);
    return times > 0;
  }

  credit(id: string, act: string, over: () => void): Credit | null {
    return this.#isOver ? null : this.#credits.open(id, act, over);
  }

  /** Sends what an act on an object would give before the client asks for it; false where that cannot be. */
  prefetch(id: string, value: EncodedValue, delivery: Delivery): boolean {
    if (this.#isOver || !this.#journal.open()) return false;
    this.#prefetched ??= new PrefetchSender(this.#journal);
    const number = this.#prefetched.give(id, delivery);
    if (number === 0) return false;
    this.#channel.post(prefetchMessage(number, id, this.#channel.base(value.blocks.length), value), value.blocks);
    return true;
  }

  override reclaim(): void {
    if (this.#prefetched?.reclaim()) this.#channel.post(reclaimMessage());
  }

  /** Performs what the client has noted last and does not send, since its event loop does not turn. */
  #readNotesSoon(): void {
    if (this.#areNotesDue || !this.#journal.isOpen) return;
    this.#areNotesDue = true;
    const last = this.#lastPush;
    setTimeout(() => {
      this.#areNotesDue = false;
      if (this.#isOver) return;
      if (this.#lastPush !== last) return this.#readNotesSoon();
      this.#readNotes();
    }, NOTES_DELAY_MS);
  }

  /** Performs what the client has noted and not sent. */
  #readNotes(): void {
    try {
      for (const message of this.#journal.isOpen ? this.#journal.peek() : []) {
        if (message?.[0] === "push" && message[1] === this.#lastPush + 1) this.message(message, []);
      }
    } catch {
      this.#channel.close(); // what it noted is malformed, or it may not do that
      this.closed();
    }
  }

  /** Performs what the client noted and can send no more. */
  #readLastNotes(): void {
    if (!this.#journal.isOpen) return;
    try {
      for (const message of this.#journal.close()) {
        if (message === null) return;
        if (message[1] as number > this.#lastPush) this.message(message, []);
      }
    } catch {
      // A malformed note, or one for an object that is gone. Everything the client held is released all the same.
    }
  }

  /** Answers a request. */
  answer(request: number, value: unknown, delivery: Delivery | undefined): void {
    this.#waiting.delete(request);
    if (this.#isOver) return delivery?.undone();
    if (value === undefined && delivery === undefined) return this.#finish(request);
    let encoded: Encoded;
    try {
      encoded = value instanceof EncodedValue ? value : encode(value, "answer");
    } catch (error) {
      delivery?.undone();
      return this.refuse(request, error);
    }
    const base = this.#channel.base(encoded.blocks.length);
    if (delivery === undefined) return this.#channel.post(answerMessage(request, base, encoded), encoded.blocks);
    this.#deliveries.set(request, delivery);
    const { enables } = delivery;
    if (enables !== undefined) this.#enable(enables);
    this.#channel.post(deliveryMessage(request, base, encoded, enables), encoded.blocks);
  }

  refuse(request: number, error: unknown): void {
    this.#waiting.delete(request);
    if (this.#isOver) return;
    const refusal = encodeThrown(error);
    this.#channel.post(refusalMessage(request, this.#channel.base(refusal.blocks.length), refusal), refusal.blocks);
  }

  refusePush(number: number): void {
    if (!this.#isOver) this.#channel.post(refusedMessage(number));
  }

  lapse(request: number): void {
    this.#waiting.delete(request);
    if (!this.#isOver) this.#channel.post(lapseMessage(request));
  }

  /** Requests that are done in one tick share a message. */
  #finish(request: number): void {
    if (this.#done.push(request) > 1) return;
    queueMicrotask(() => {
      const text = doneMessage(this.#done);
      this.#done = [];
      this.#channel.post(text);
      this.#channel.flush();
    });
  }

  /** The client is gone. Deliveries that it has not acknowledged are undone, and what it held is released. */
  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#prefetched?.end();
    this.#readLastNotes();
    for (const operation of this.#waiting.values()) operation.withdraw?.();
    this.#waiting.clear();
    for (const { undone } of [...this.#deliveries.values()].reverse()) undone();
    this.#deliveries.clear();
    this.#credits.clear();
    for (const object of this.holdings) object.clientGone?.(this);
    this.holdings.clear();
  }
}

/** From now on other processes can use the objects of this one. */
export function acceptClients(): void {
  nameService(OBJECT_SERVICE, (channel) => new ClientSession(channel));
}
