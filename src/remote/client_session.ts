/**
 * Owner's side of shared objects: whoever acts on what lives in this process.
 * Mirror of `proxy.ts`.
 *
 *     own call (own_turn.ts) ► Turn ─► Resident
 *     Guest ═ channel ─ ask ─► Turn ─►    │ settles, now or later
 *                ▲── answer ◄─────────────┘
 *
 * What a guest holds hangs on its connection. Knows no kind of object.
 *
 * @module
 */
import { runtime } from "../runtime/installed.ts";
import { newKey } from "../transport/handshake.ts";
import type { Channel, Receiver } from "../transport/channel.ts";
import { server } from "../transport/server.ts";
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
  leaseMessage,
  prefetchMessage,
  reclaimMessage,
  refusalMessage,
  revokeMessage,
} from "../transport/messages.ts";
import { checkToOwner, parseNote, type ReceivedMessage } from "../transport/check_message.ts";
import type { RequestMessage } from "../transport/protocol.ts";
import { PrefetchSender } from "./prefetch_sender.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { objectById } from "./object_table.ts";
import { type Delivery, ObjectClient, Operation } from "./operation.ts";
import { OBJECT_SERVICE } from "./location.ts";

/** Milliseconds without word from a guest after which its notes are looked at: it notes only just after it has sent. */
const LOOKING = 5;

/** Another process, by its connection. */
class ClientSession extends ObjectClient implements Receiver {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, RequestedOperation>();
  /** What it was given and has not said that it has. */
  readonly #given = new Map<number, Delivery>();
  readonly #leases = new Map<string, () => void>();
  /** How often it may tell of an act without a lease. */
  readonly #enabled = new Map<string, number>();
  #isLooking = false;
  /** Number of the last act that it told of. */
  #told = 0;
  #token = "";
  /** Whether there was no room for a journal. */
  #hasNoJournal = false;
  #advance: PrefetchSender | null = null;
  #done: number[] = [];
  #over = false;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
  }

  /** @throws {ProtocolError} it is nothing that a guest may say, which ends its connection and harms nobody else */
  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkToOwner(received, blocks.length);
    switch (message[0]) {
      case "request":
        return this.#ask(message, blocks);
      case "push": {
        const [, number, id, act, base, count, payload, ...args] = message;
        const cargo = payload === null ? null : EncodedValue.arrived(payload, blocks, base, count);
        if (number <= this.#told) return; // it was noted, and read there
        if (!this.#leases.has(`${act} ${id}`) && !this.#use(`${act} ${id}`)) {
          throw new ProtocolError(`Cannot ${act}: it was told of by one who may only ask`);
        }
        this.#told = number;
        this.#lookLater();
        return objectById(id).perform(new PushedOperation(this, act, args, cargo, false));
      }
      case "revoke":
        return this.#returned(message[1], message[2]);
      case "taken":
        return this.#advance?.took(message[1]);
      case "decline":
        return this.#advance?.decline();
      case "reclaimed":
        return this.#advance?.reclaimed(message.slice(1) as number[]);
      case "cancel":
        return this.#cancel(message[1]);
      case "ack":
        for (let at = 1; at < message.length; at++) this.#take(message[at] as number)?.kept?.();
        return;
      case "nack":
        return this.#undo(message[1]);
    }
  }

  #ask([, request, id, act, now, base, count, payload, ...args]: RequestMessage, blocks: Block[]): void {
    if (this.#waiting.has(request) || this.#given.has(request)) {
      throw new ProtocolError("Cannot serve connection: it asked for two things by one number");
    }
    const cargo = payload === null ? null : EncodedValue.arrived(payload, blocks, base, count);
    const turn = new RequestedOperation(this, request, id, act, args, cargo, now === 1);
    try {
      objectById(id).perform(turn);
    } catch (error) {
      turn.fail(error);
    }
    if (turn.withdraw !== null) this.#waiting.set(request, turn);
  }

  #cancel(request: number): void {
    const turn = this.#waiting.get(request);
    if (turn === undefined) return; // answered: that is on its way
    turn.withdraw?.();
    turn.lapse();
  }

  #take(request: number): Delivery | undefined {
    const receipt = this.#given.get(request);
    this.#given.delete(request);
    return receipt;
  }

  #undo(request: number): void {
    const receipt = this.#take(request);
    if (receipt?.enables !== undefined) this.#use(receipt.enables);
    receipt?.undone();
  }

  #enable(name: string): void {
    this.#enabled.set(name, (this.#enabled.get(name) ?? 0) + 1);
  }

  /** Whether it may tell of an act once, and now no more. */
  #use(name: string): boolean {
    const times = this.#enabled.get(name) ?? 0;
    if (times > 1) this.#enabled.set(name, times - 1);
    else this.#enabled.delete(name);
    return times > 0;
  }

  /** Lets it tell of an act from now on, without asking. */
  lease(id: string, act: string, over: () => void): () => void {
    this.#leases.set(`${act} ${id}`, over);
    this.#openJournal();
    this.#channel.post(leaseMessage(id, act));
    return () => this.#channel.post(revokeMessage(id, act));
  }

  /** Gives it, before it asks, what an act on an object would give. */
  advance(id: string, value: EncodedValue, receipt: Delivery): boolean {
    if (this.#over || !this.#openJournal()) return false;
    const { address } = server();
    const { journals } = runtime().network();
    this.#advance ??= new PrefetchSender({
      ticks: () => journals!.ticks(address, this.#token),
      freeze: () => journals!.freeze(address, this.#token),
    });
    const number = this.#advance.give(id, receipt);
    if (number === 0) return false;
    this.#channel.post(prefetchMessage(number, id, this.#channel.base(value.blocks.length), value), value.blocks);
    return true;
  }

  override reclaim(): void {
    if (this.#advance?.reclaim()) this.#channel.post(reclaimMessage());
  }

  /** Lets it note what it does, to be read when it is gone. False where there is no place for that. */
  #openJournal(): boolean {
    const { journals } = runtime().network();
    if (this.#token !== "") return true;
    if (journals === undefined || this.#hasNoJournal) return false;
    const token = newKey().toHex();
    if (!journals.create(server().address, token)) {
      this.#hasNoJournal = true;
      return false;
    }
    this.#token = token;
    this.#channel.post(journalMessage(this.#token, journals.format));
    return true;
  }

  /** Looks, when nothing has come for a while, for what it noted last and does not send, as its event loop does not turn. */
  #lookLater(): void {
    if (this.#isLooking || this.#token === "") return;
    this.#isLooking = true;
    const told = this.#told;
    setTimeout(() => {
      this.#isLooking = false;
      if (this.#over) return;
      if (this.#told !== told) return this.#lookLater();
      for (const note of runtime().network().journals!.peek(server().address, this.#token)) {
        const message = parseNote(note);
        if (message?.[0] !== "push" || message[1] !== this.#told + 1) continue;
        try {
          this.message(message, []);
        } catch {
          this.#channel.close();
          return this.closed();
        }
      }
    }, LOOKING);
  }

  /** What it told of and did not send any more. */
  #untold(): void {
    if (this.#token === "") return;
    const notes = runtime().network().journals!.read(server().address, this.#token);
    for (const note of notes) {
      try {
        const message = parseNote(note);
        if (message === null) return;
        if (message[1] as number > this.#told) this.message(message, []);
      } catch {
        return; // no note of the library's, or of an object that is gone: what it held is released all the same
      }
    }
  }

  #returned(id: string, act: string): void {
    const over = this.#leases.get(`${act} ${id}`);
    this.#leases.delete(`${act} ${id}`);
    over?.();
  }

  /** Answers a request. */
  answer(request: number, value: unknown, receipt: Delivery | undefined): void {
    this.#waiting.delete(request);
    if (this.#over) return receipt?.undone();
    if (value === undefined && receipt === undefined) return this.#finish(request);
    let parcel: Encoded;
    try {
      parcel = value instanceof EncodedValue ? value : encode(value, "answer");
    } catch (error) {
      receipt?.undone();
      return this.refuse(request, error);
    }
    const base = this.#channel.base(parcel.blocks.length);
    if (receipt === undefined) return this.#channel.post(answerMessage(request, base, parcel), parcel.blocks);
    this.#given.set(request, receipt);
    const { enables } = receipt;
    if (enables !== undefined) this.#enable(enables);
    this.#channel.post(deliveryMessage(request, base, parcel, enables), parcel.blocks);
  }

  refuse(request: number, error: unknown): void {
    this.#waiting.delete(request);
    if (this.#over) return;
    const refusal = encodeThrown(error);
    this.#channel.post(refusalMessage(request, this.#channel.base(refusal.blocks.length), refusal), refusal.blocks);
  }

  lapse(request: number): void {
    this.#waiting.delete(request);
    if (!this.#over) this.#channel.post(lapseMessage(request));
  }

  /** What was done in one tick is said together. */
  #finish(request: number): void {
    if (this.#done.push(request) > 1) return;
    queueMicrotask(() => {
      const text = doneMessage(this.#done);
      this.#done = [];
      this.#channel.post(text);
      this.#channel.flush();
    });
  }

  /** It is gone: it waits for nothing, has got nothing that it did not say it has, and holds nothing. */
  closed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#advance?.end();
    this.#untold();
    for (const turn of this.#waiting.values()) turn.withdraw?.();
    this.#waiting.clear();
    for (const { undone } of [...this.#given.values()].reverse()) undone();
    this.#given.clear();
    for (const over of this.#leases.values()) over();
    this.#leases.clear();
    for (const resident of this.holdings) resident.clientGone?.(this);
    this.holdings.clear();
  }
}

/** An act of a guest. */
class RequestedOperation extends Operation {
  readonly #guest: ClientSession;
  readonly #request: number;
  readonly #id: string;

  constructor(
    guest: ClientSession,
    request: number,
    id: string,
    act: string,
    args: readonly unknown[],
    cargo: EncodedValue | null,
    now: boolean,
  ) {
    super(guest, act, args, cargo, now);
    this.#guest = guest;
    this.#request = request;
    this.#id = id;
  }

  override prefetch(value: EncodedValue, receipt: Delivery): boolean {
    return this.#guest.advance(this.#id, value, receipt);
  }

  override lease(over: () => void): () => void {
    return this.#guest.lease(this.#id, this.act, over);
  }

  settle(value?: unknown, receipt?: Delivery): void {
    this.withdraw = null;
    const named = receipt?.enables === undefined ? receipt : { ...receipt, enables: `${receipt.enables} ${this.#id}` };
    this.#guest.answer(this.#request, value, named);
  }

  fail(error: unknown): void {
    this.withdraw = null;
    this.#guest.refuse(this.#request, error);
  }

  lapse(): void {
    this.withdraw = null;
    this.#guest.lapse(this.#request);
  }
}

/** An act that a guest tells of: it was promised that it will be done. */
class PushedOperation extends Operation {
  override readonly isPushed = true;

  settle(): void {}

  fail(error: unknown): void {
    throw error; // a fault of the guest's, that ends its connection
  }

  lapse(): void {
    this.fail(new ProtocolError(`Cannot ${this.act}: it was told of, and would have to wait`));
  }
}

/** From now on other processes are let in. */
export function acceptClients(): void {
  nameService(OBJECT_SERVICE, (channel) => new ClientSession(channel));
}
