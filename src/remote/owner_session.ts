/**
 * Caller's side of shared objects: the session with one process that owns some.
 * The owner's side: `client_session.ts`.
 *
 *     RemoteRequest ─ request ─► OwnerSession ═ channel ═ ClientSession
 *           ▲── settles ◄── answer ──┘
 *
 * Knows no kind of object.
 *
 * @module
 */
import type { Journals } from "../runtime/capabilities.ts";
import type { ByteStream } from "../runtime/network.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Channel, Receiver } from "../transport/channel.ts";
import { decodeThrown } from "../codec/encode_thrown.ts";
import type { ServerAddress } from "../transport/server.ts";
import type { Block } from "../codec/graph.ts";
import { connectTo, isNear } from "../transport/client.ts";
import {
  ackMessage,
  cancelMessage,
  declineMessage,
  nackMessage,
  reclaimedMessage,
  requestMessage,
  revokeMessage,
  takenMessage,
} from "../transport/messages.ts";
import { checkFromOwner, type ReceivedMessage } from "../transport/check_message.ts";
import type { JournalMessage } from "../transport/protocol.ts";
import { CallOutcome, DEFAULT_PARAMETERS, RemoteRequest } from "./pending_call.ts";
import type { CallParameters, PendingCall } from "./pending_call.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { MessageBatch } from "./message_batch.ts";
import { PrefetchReceiver } from "./prefetch_receiver.ts";
import { PushedCalls } from "./pushed_calls.ts";
import { FACTORY_ID, type Location, OBJECT_SERVICE, ownerGone } from "./location.ts";

/** A caller that requests again within this time after an answer is sent several values at once, in milliseconds. */
const REPEAT_MS = 0.2;
/** How many values it may be sent then. */
const WINDOW_ITEMS = 256;
/** How long a reply waits for a busy owner to read what was pushed, in milliseconds. */
const BUSY_OWNER_MS = 1_000;

export class OwnerSession implements Receiver {
  readonly #where: Location;
  readonly #forget: () => void;
  #channel: Channel | null = null;
  /** The connection, before it is a channel too. */
  #wire: ByteStream | null = null;
  #address = "";
  #journals: Journals | undefined;
  #fault: Error | null = null;
  #requests = 0;
  readonly #asked = new Map<number, RemoteRequest>();
  readonly #pushed = new PushedCalls({
    onSettled: () => this.#rest(),
    settle: (outcome) => this.#settle(outcome),
    request: (parameters, outcome) => void this.request({ ...parameters, isBounded: true }, outcome), // not pushed then
    confirm: (read) => void this.#ping().then(read),
  });
  /** How many requests change something at the owner. */
  #effects = 0;
  #prefetched: PrefetchReceiver | null = null;
  /** Requests that are sent when the owner has said that it reclaims the prefetched values. */
  readonly #deferred: RemoteRequest[] = [];
  /** When a request that may be repeated was last answered, in milliseconds of `performance.now()`. */
  #served = -Infinity;
  /** Reports of the prefetched values that were taken. */
  #taken = new MessageBatch();
  #arrivals: (() => void)[] = [];

  /**
   * @param address of the owner, when it is known
   * @param forget called when the session has ended
   */
  constructor(where: Location, address: Promise<ServerAddress>, forget: () => void) {
    this.#where = where;
    this.#forget = forget;
    void this.#connect(address);
  }

  async #connect(address: Promise<ServerAddress>): Promise<void> {
    try {
      const place = await address;
      this.#address = place.address;
      this.#journals = (await thisProcess().network()).journals;
      const channel = await connectTo({ ...place, token: OBJECT_SERVICE }, (channel) => {
        this.#channel = channel;
        return this;
      }, (duplex) => {
        this.#wire = duplex;
        if (this.#asked.size === 0) duplex.unref();
      });
      if (!isNear(place.address)) channel.post(declineMessage()); // what the kernel has is not on another machine yet
      for (const [request, asked] of this.#asked) this.#send(channel, request, asked.parameters);
      if (this.#asked.size > 0) channel.ref();
    } catch (cause) {
      this.closed(cause);
    }
  }

  request(question: CallParameters, outcome: CallOutcome = new CallOutcome(question)): PendingCall {
    const request = new RemoteRequest(this, ++this.#requests, question, outcome);
    if (this.#fault !== null) {
      request.outcome.fail(this.#fault);
      return request;
    }
    if (this.#pushed.push(this.#channel, question, request.outcome, this.#asked.size > 0)) return request;
    if (question.isRepeated && this.#serve(request)) return request;
    this.#hold(request);
    if (this.#channel !== null) this.#send(this.#channel, request.number, question);
    return request;
  }

  /** Holds the program until the request is settled. */
  #hold(request: RemoteRequest): void {
    this.#asked.set(request.number, request);
    if (request.parameters.hasEffect) this.#effects++;
    if (this.#asked.size === 1 && this.#pushed.pending === 0) this.#wire?.ref();
  }

  #send(channel: Channel, number: number, parameters: CallParameters): void {
    const { id, act, value, isNow, isRepeated, earnsCredit } = parameters;
    let { args } = parameters;
    if (earnsCredit) args = [Math.floor(performance.now())];
    else if (isRepeated && performance.now() - this.#served < REPEAT_MS) args = [WINDOW_ITEMS];
    const base = value === null ? 0 : channel.base(value.blocks.length);
    channel.post(requestMessage(number, id, act, isNow, base, value, args), value?.blocks);
  }

  #settle(outcome: CallOutcome): void {
    if (this.#fault === null) outcome.settle(undefined);
    else outcome.fail(this.#fault);
  }

  /** Answers a request with a prefetched value, or defers it until the owner has said that it reclaims those. */
  #serve(request: RemoteRequest): boolean {
    if (!this.#prefetched?.has(request.parameters.id)) return false;
    const next = this.#prefetched.take();
    const channel = this.#channel!;
    if (next === null) {
      this.#hold(request);
      this.#deferred.push(request);
      return true;
    }
    channel.post(takenMessage(next.number), undefined, undefined, true);
    const now = performance.now();
    if (!this.#taken.join(channel, now)) {
      this.#taken = new MessageBatch(now);
      channel.flush();
    }
    request.outcome.settleEncoded(next.value);
    this.#served = performance.now();
    return true;
  }

  #reclaimed(channel: Channel): void {
    channel.post(reclaimedMessage(this.#prefetched!.clear()));
    for (const request of this.#deferred.splice(0)) {
      if (!request.outcome.isSettled) this.#send(channel, request.number, request.parameters);
    }
  }

  /** Lets the program end when no call is pending. */
  #rest(): void {
    if (this.#asked.size + this.#pushed.pending === 0) this.#wire?.unref();
    if (this.#effects + this.#pushed.pending === 0) { for (const arrive of this.#arrivals.splice(0)) arrive(); }
  }

  /** Says that nobody waits for a request any longer; forgets it, unless it may have been done. */
  cancel(request: RemoteRequest, isLate: boolean): boolean {
    if (!this.#asked.has(request.number)) return false; // it is about to be settled: the owner was told that its value has arrived
    if (this.#channel === null) {
      // Only the owner, which has not been reached, knows whether what changes something would have had to wait.
      if (isLate && request.parameters.hasEffect) request.parameters = { ...request.parameters, isNow: true };
      else this.#take(request.number);
      return !this.#asked.has(request.number);
    }
    this.#channel.post(cancelMessage(request.number, isLate));
    if (!request.parameters.hasEffect) this.#take(request.number);
    return !this.#asked.has(request.number);
  }

  #take(number: number): RemoteRequest | undefined {
    const request = this.#asked.get(number);
    if (request === undefined) return undefined;
    this.#asked.delete(number);
    if (request.parameters.hasEffect) this.#effects--;
    this.#rest();
    return request;
  }

  /** Settles when the owner has performed all calls that change something, or is gone. */
  async delivered(): Promise<void> {
    if (this.#effects + this.#pushed.pending > 0) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
    await this.#ping();
  }

  /** Settles when the owner has read what was pushed, or has been busy for some time; null when it has read it. */
  seen(): Promise<void> | null {
    if (!this.#pushed.isUnread || this.#fault !== null) return null;
    let timer: ReturnType<typeof setTimeout>;
    const busy = new Promise<void>((resolve) => timer = setTimeout(resolve, BUSY_OWNER_MS));
    return Promise.race([this.#ping(), busy]).finally(() => clearTimeout(timer));
  }

  /** An owner that answers has read everything that was pushed before. */
  async #ping(): Promise<void> {
    if (!this.#pushed.isUnread || this.#fault !== null) return;
    const read = this.#pushed.count;
    const { outcome } = this.request({ ...DEFAULT_PARAMETERS, id: FACTORY_ID, act: "ping" });
    await outcome.promise.catch(() => {}); // it is gone
    this.#pushed.readUpTo(read);
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkFromOwner(received, blocks.length);
    switch (message[0]) {
      case "done":
        for (let at = 1; at < message.length; at++) this.#take(message[at] as number)?.outcome.settle(undefined);
        return;
      case "answer":
      case "delivery": {
        const [type, number, base, count, payload] = message;
        const request = this.#take(number);
        if (type === "answer") {
          return request?.outcome.settleEncoded(EncodedValue.arrived(payload, blocks, base, count));
        }
        if (request === undefined) return this.#channel!.post(nackMessage(number));
        return this.#accept(request, EncodedValue.arrived(payload, blocks, base, count), message[5]);
      }
      case "refusal": {
        const [, number, base, count, payload] = message;
        return this.#take(number)?.outcome.fail(decodeThrown(payload, blocks.slice(base, base + count)));
      }
      case "lapse":
        return this.#take(message[1])?.outcome.lapse();
      case "grant":
        return this.#pushed.grant(message[2], message[1], message[3] ?? Infinity, message[4] ?? Infinity);
      case "refused":
        return this.#pushed.refuse(message[1]);
      case "revoked":
        return this.#pushed.revoked();
      case "journal":
        return this.#openJournal(message);
      case "prefetch": {
        const [, number, id, base, count, payload] = message;
        if (this.#prefetched === null) return this.#channel!.post(declineMessage());
        return this.#prefetched.add(id, number, EncodedValue.arrived(payload, blocks, base, count));
      }
      case "reclaim":
        return this.#prefetched === null ? undefined : this.#reclaimed(this.#channel!); // declined: it does not know yet
      case "revoke":
        this.#pushed.drop(message[2], message[1]);
        return this.#channel!.post(revokeMessage(message[1], message[2]));
    }
  }

  #openJournal([, token, format]: JournalMessage): void {
    const journal = this.#journals?.format === format ? this.#journals.open(this.#address, token) : null;
    this.#pushed.openJournal(journal);
    if (journal === null) return;
    this.#prefetched = new PrefetchReceiver(journal);
    thisProcess().atExit(() => this.#channel?.flush());
  }

  /**
   * Settles a request with a value that must be acknowledged. The owner is told first, and then the program: if this
   * process dies in between, nobody else is given the value.
   */
  #accept(request: RemoteRequest, value: EncodedValue, enables: string | undefined): void {
    const channel = this.#channel!;
    channel.post(ackMessage(request.number));
    channel.flush();
    if (enables !== undefined) {
      this.#pushed.enable(enables);
      return request.outcome.settleEncoded(value); // if this process dies now, it dies holding the lock
    }
    const receive = () => {
      request.outcome.settleEncoded(value);
      this.#served = performance.now();
    };
    if (channel.idle) return receive();
    void channel.drained().then(receive);
  }

  /** The session has ended. @param cause null when the connection was closed in order */
  closed(cause: unknown): void {
    this.#forget();
    this.#fault = ownerGone(this.#where, cause);
    for (const { outcome } of this.#asked.values()) outcome.fail(this.#fault);
    this.#asked.clear();
    this.#effects = 0;
    this.#pushed.clear();
    for (const arrive of this.#arrivals.splice(0)) arrive();
  }
}
