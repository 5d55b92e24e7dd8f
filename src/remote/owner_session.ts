/**
 * Caller's side of shared objects: one connection to each process that owns some,
 * opened at the first call. Mirror of `server.ts`.
 *
 *     Call ─ ask ─► Visit ═ channel ═ Guest
 *       ▲── settles ◄─┘
 *
 * Knows no kind of object.
 *
 * @module
 */
import type { Journal, Journals } from "../runtime/capabilities.ts";
import type { ByteStream } from "../runtime/network.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Channel, Receiver } from "../transport/channel.ts";
import type { Encoded } from "../codec/codec.ts";
import { decode } from "../codec/codec.ts";
import { isOwnAddress, type ServerAddress } from "../transport/server.ts";
import { ConnectError } from "../errors.ts";
import { onBeforeReply, onExit } from "../runtime/exit_hooks.ts";
import type { Block } from "../codec/graph.ts";
import { connectTo } from "../transport/client.ts";
import {
  ackMessage,
  cancelMessage,
  declineMessage,
  nackMessage,
  pushMessage,
  reclaimedMessage,
  requestMessage,
  revokeMessage,
  takenMessage,
} from "../transport/messages.ts";
import { checkFromOwner, type ReceivedMessage } from "../transport/check_message.ts";
import type { JournalMessage } from "../transport/protocol.ts";
import {
  type CallOutcome,
  type CallParameters,
  DEFAULT_PARAMETERS,
  type PendingCall,
  RemoteRequest,
} from "./pending_call.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { performLocally } from "./local_operation.ts";
import { objectById } from "./object_table.ts";
import { PrefetchReceiver } from "./prefetch_receiver.ts";
import { FACTORY_ID, type Location, OBJECT_SERVICE } from "./location.ts";

/** How many small messages are sent together at most. */
const BATCH_MESSAGES = 64;
/** A small message waits for a frame of its own only this long after the last one: the owner looks at the journal later. */
const BATCH_MS = 0.2;
/** Who asks again within so many milliseconds may be given so much at once. */
const QUICK = 0.2;
const APPETITE = 256;
/** So many milliseconds at most are waited for an owner to see what it was told. */
const BUSY = 1_000;
const NOTHING: Pick<Encoded, "blocks"> = { blocks: [] };

/** Small messages that share a frame. */
interface Batch {
  /** Messages that wait since the last frame was handed over. */
  count: number;
  /** When that frame was handed over, in milliseconds of `performance.now()`. */
  startedAt: number;
  /** Whether that frame is in the kernel's hands: then the owner receives it, whatever becomes of this process. */
  isSent: boolean;
  /** Calls that were noted while it was not. */
  readonly noted: CallOutcome[];
}

const visits = new Map<string, OwnerSession>();

/** The connection to whoever owns what lives there. */
export function sessionWith(where: Location): OwnerSession {
  const name = where.join(" ");
  let known = visits.get(name);
  if (known === undefined) visits.set(name, known = new OwnerSession(where, () => visits.delete(name)));
  return known;
}

/** The place itself: of somebody who is known by name, whoever knows the name is asked. */
async function placeOf([address, key, name]: Location): Promise<ServerAddress> {
  if (name === undefined) return { address, key };
  const question = { ...DEFAULT_PARAMETERS, id: FACTORY_ID, act: "locate", args: [name] };
  const isHere = isOwnAddress(address);
  const { outcome } = isHere
    ? performLocally(objectById(FACTORY_ID), "locate", [name], null, false, {})
    : sessionWith([address, key]).request(question);
  const [found, itsKey] = await outcome.promise as Location;
  return { address: found, key: itsKey };
}

/** Settles when nothing that this process brings to others is under way. */
async function delivered(): Promise<void> {
  for (const each of visits.values()) await each.delivered();
}

onExit(delivered);
onBeforeReply(() => {
  const waits = [...visits.values()].flatMap((each) => each.seen() ?? []);
  return waits.length === 0 ? null : Promise.all(waits).then(() => {});
});

export class OwnerSession implements Receiver {
  readonly #where: Location;
  readonly #forget: () => void;
  #channel: Channel | null = null;
  /** The connection, also while it is not a channel yet. */
  #wire: ByteStream | null = null;
  #address = "";
  #journals: Journals | undefined;
  #fault: Error | null = null;
  #requests = 0;
  readonly #asked = new Map<number, RemoteRequest>();
  /** What is done whenever this process tells of it. */
  readonly #leases = new Set<string>();
  /** What may be told of as often as something else was answered. */
  readonly #enabled = new Map<string, number>();
  /** How many of them bring something. */
  #brought = 0;
  /** What was told and is not in the kernel's hands. */
  #told = 0;
  /** How many of those are not noted in the journal. */
  #unnoted = 0;
  #tellings = 0;
  /** How much of that the owner is known to have read. */
  #greeted = 0;
  #journal: Journal | null = null;
  #stock: PrefetchReceiver | null = null;
  /** What waits until the owner has said what it reclaims. */
  readonly #deferred: RemoteRequest[] = [];
  /** When it was last given something that it may ask for again. */
  #served = -Infinity;
  #isBurst = false;
  /** Noted calls, and reports of what was taken. Only the former make the owner look at the journal. */
  #noted: Batch = newBatch(-Infinity, true);
  #taken: Batch = newBatch(-Infinity, true);
  #arrivals: (() => void)[] = [];

  constructor(where: Location, forget: () => void) {
    this.#where = where;
    this.#forget = forget;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      const place = await placeOf(this.#where);
      this.#address = place.address;
      this.#journals = (await thisProcess().network()).journals;
      const channel = await connectTo({ ...place, token: OBJECT_SERVICE }, (channel) => {
        this.#channel = channel;
        return this;
      }, (duplex) => {
        this.#wire = duplex;
        if (this.#asked.size === 0) duplex.unref();
      });
      for (const [request, asked] of this.#asked) this.#send(channel, request, asked.parameters);
      if (this.#asked.size > 0) channel.ref();
    } catch (cause) {
      this.#end(cause);
    }
  }

  request(question: CallParameters): PendingCall {
    const request = new RemoteRequest(this, ++this.#requests, question);
    if (this.#fault !== null) {
      request.outcome.fail(this.#fault);
      return request;
    }
    if (this.#mayTell(question)) {
      this.#tell(this.#channel!, question, request.outcome);
      return request;
    }
    if (question.isRepeated && this.#serve(request)) return request;
    this.#hold(request);
    if (this.#channel !== null) this.#send(this.#channel, request.number, question);
    return request;
  }

  /** Whether the owner will do it without being asked. */
  #mayTell({ act, id, isBounded, isEnabled }: CallParameters): boolean {
    if (isBounded) return false;
    const name = `${act} ${id}`;
    if (isEnabled !== true) return this.#leases.size > 0 && this.#leases.has(name);
    const times = this.#enabled.get(name) ?? 0;
    if (times > 1) this.#enabled.set(name, times - 1);
    else this.#enabled.delete(name);
    return times > 0;
  }

  /** Holds the program until the request is settled. */
  #hold(request: RemoteRequest): void {
    this.#asked.set(request.number, request);
    if (request.parameters.hasEffect) this.#brought++;
    if (this.#asked.size === 1 && this.#told === 0) this.#wire?.ref();
  }

  #send(channel: Channel, number: number, { id, act, args, value, isNow, isRepeated }: CallParameters): void {
    if (isRepeated && performance.now() - this.#served < QUICK) args = [APPETITE];
    const base = value === null ? 0 : channel.base(value.blocks.length);
    channel.post(requestMessage(number, id, act, isNow, base, value, args), value?.blocks);
  }

  /** What is in the kernel's hands, or noted, comes to its owner, whatever becomes of this process. */
  #tell(channel: Channel, { id, act, args, value, isEnabled }: CallParameters, outcome: CallOutcome): void {
    const { blocks } = value ?? NOTHING;
    const base = channel.base(blocks.length);
    const message = pushMessage(++this.#tellings, id, act, base, value, args);
    // The owner reads notes in order: none may stand before something that is only in this process's memory.
    const isNoted = isEnabled !== true && blocks.length === 0 && this.#unnoted === 0 && this.#isAlone() &&
      this.#journal!.write(message);
    if (!isNoted) this.#unnoted++;
    if (this.#told++ === 0 && this.#asked.size === 0) channel.ref();
    let batch: Batch | null = null;
    channel.post(message, blocks, () => {
      if (!isNoted) this.#unnoted--;
      if (--this.#told === 0) this.#journal?.clear();
      this.#rest();
      this.#settle(outcome);
      if (batch === null) return;
      batch.isSent = true;
      for (const each of batch.noted.splice(0)) this.#settle(each);
    }, isNoted);
    if (!isNoted) return;
    const now = performance.now();
    if (this.#waits(channel, this.#noted, now)) {
      // The owner looks at the journal some milliseconds after it has received the last frame, so it finds this note.
      if (this.#noted.isSent) outcome.settle(undefined);
      else this.#noted.noted.push(outcome);
    } else {
      batch = this.#noted = newBatch(now, false);
      channel.flush();
    }
  }

  #settle(outcome: CallOutcome): void {
    if (this.#fault === null) outcome.settle(undefined);
    else outcome.fail(this.#fault);
  }

  /** Answers a request with what was given in advance, or keeps it until it is known who has that. */
  #serve(request: RemoteRequest): boolean {
    if (!this.#stock?.has(request.parameters.id)) return false;
    const thing = this.#stock.take();
    const channel = this.#channel!;
    if (thing === null) {
      this.#hold(request);
      this.#deferred.push(request);
      return true;
    }
    channel.post(takenMessage(thing.number), undefined, undefined, true);
    const now = performance.now();
    if (!this.#waits(channel, this.#taken, now)) {
      this.#taken = newBatch(now, true);
      channel.flush();
    }
    request.outcome.settleEncoded(thing.cargo);
    this.#served = performance.now();
    return true;
  }

  #reclaimed(channel: Channel): void {
    channel.post(reclaimedMessage(this.#stock!.clear()));
    for (const request of this.#deferred.splice(0)) {
      if (!request.outcome.isSettled) this.#send(channel, request.number, request.parameters);
    }
  }

  /** Whether this act is the first since its caller could wait for something: many at once cost less in one frame. */
  #isAlone(): boolean {
    if (this.#journal === null || this.#isBurst || this.#asked.size > 0) return false;
    this.#isBurst = true;
    queueMicrotask(() => this.#isBurst = false);
    return true;
  }

  /** Whether a small message waits for more of its kind; it leaves in the next turn of the event loop at the latest. */
  #waits(channel: Channel, batch: Batch, now: number): boolean {
    if (++batch.count >= BATCH_MESSAGES || now - batch.startedAt > BATCH_MS) return false;
    if (batch.count === 1) {
      thisProcess().nextTurn(() => {
        batch.count = 0;
        channel.flush();
      });
    }
    return true;
  }

  /** Holds the program no longer when nothing is under way. */
  #rest(): void {
    if (this.#asked.size + this.#told === 0) this.#wire?.unref();
    if (this.#brought + this.#told === 0) { for (const arrive of this.#arrivals.splice(0)) arrive(); }
  }

  /** Says that nobody waits for a request any longer; forgets it, unless it may have been done. */
  cancel(request: RemoteRequest): boolean {
    if (!this.#asked.has(request.number)) return false; // the owner was told that it has arrived, and it is about to
    if (this.#channel === null) {
      this.#take(request.number); // it was never asked
      return true;
    }
    this.#channel.post(cancelMessage(request.number));
    if (request.parameters.hasEffect) return false;
    this.#take(request.number);
    return true;
  }

  #take(number: number): RemoteRequest | undefined {
    const request = this.#asked.get(number);
    if (request === undefined) return undefined;
    this.#asked.delete(number);
    if (request.parameters.hasEffect) this.#brought--;
    this.#rest();
    return request;
  }

  /** Settles when what was brought has come there, or the owner is gone. */
  async delivered(): Promise<void> {
    if (this.#brought + this.#told > 0) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
    await this.#greet();
  }

  /** Settles when the owner has read what it was told, or is busy for long; null when it has. */
  seen(): Promise<void> | null {
    if (this.#tellings === this.#greeted || this.#fault !== null) return null;
    let timer: ReturnType<typeof setTimeout>;
    const busy = new Promise<void>((resolve) => timer = setTimeout(resolve, BUSY));
    return Promise.race([this.#greet(), busy]).finally(() => clearTimeout(timer));
  }

  /** What the owner was told it has read when it answers. */
  async #greet(): Promise<void> {
    const told = this.#tellings;
    if (told === this.#greeted || this.#fault !== null) return;
    const { outcome } = this.request({ ...DEFAULT_PARAMETERS, id: FACTORY_ID, act: "ping" });
    await outcome.promise.catch(() => {}); // it is gone
    this.#greeted = told;
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
        return this.#take(number)?.outcome.fail(decode(payload, count === 0 ? [] : blocks.slice(base, base + count)));
      }
      case "lapse":
        return this.#take(message[1])?.outcome.lapse();
      case "lease":
        return void this.#leases.add(`${message[2]} ${message[1]}`);
      case "journal":
        return this.#openJournal(message);
      case "prefetch": {
        const [, number, id, base, count, payload] = message;
        if (this.#stock === null) return this.#channel!.post(declineMessage());
        return this.#stock.add(id, number, EncodedValue.arrived(payload, blocks, base, count));
      }
      case "reclaim":
        if (this.#stock === null) return; // it was declined, which the owner does not know yet
        return this.#reclaimed(this.#channel!);
      case "revoke":
        this.#leases.delete(`${message[2]} ${message[1]}`);
        return this.#channel!.post(revokeMessage(message[1], message[2]));
    }
  }

  #openJournal([, token, format]: JournalMessage): void {
    if (this.#journals?.format !== format) return;
    try {
      this.#journal = this.#journals.open(this.#address, token);
    } catch {
      return; // the owner is ending, and its folder is gone: there is no need of one
    }
    if (this.#journal === null) return;
    this.#stock = new PrefetchReceiver(this.#journal);
    thisProcess().atExit(() => this.#channel?.flush());
  }

  /** First the owner is told that it has arrived, and then the program is: should this process die, it is not given twice. */
  #accept(request: RemoteRequest, cargo: EncodedValue, enables: string | undefined): void {
    const channel = this.#channel!;
    channel.post(ackMessage(request.number));
    channel.flush();
    if (enables !== undefined) {
      this.#enabled.set(enables, (this.#enabled.get(enables) ?? 0) + 1);
      return request.outcome.settleEncoded(cargo); // should this process die now, it died with what it holds
    }
    const receive = () => {
      request.outcome.settleEncoded(cargo);
      this.#served = performance.now();
    };
    if (channel.idle) return receive();
    void channel.drained().then(receive);
  }

  closed(fault: Error | null): void {
    this.#end(fault);
  }

  #end(cause: unknown): void {
    this.#forget();
    // Who was refused can be helped; who finds nobody there need not know the place.
    const isRefused = cause instanceof ConnectError && (cause.cause as Error | undefined)?.name === "NotCapable";
    this.#fault = isRefused ? cause : new ConnectError(
      "Cannot use shared object: the process that owns it is gone",
      this.#where[0],
      cause ?? undefined,
    );
    for (const request of this.#asked.values()) request.outcome.fail(this.#fault);
    this.#asked.clear();
    this.#brought = 0;
    for (const arrive of this.#arrivals.splice(0)) arrive();
  }
}

function newBatch(startedAt: number, isSent: boolean): Batch {
  return { count: 0, startedAt, isSent, noted: [] };
}
