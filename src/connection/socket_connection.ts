/**
 * One end of a connection between two processes that know nothing of each other
 * but an address and a key: a channel of its own. Made by `listener.ts`, which
 * loads this when somebody connects.
 *
 *     send ─ item ─► channel ─► inbox ─► recv
 *              ◄─ consumed ─┘
 *
 * @module
 */
import type { ByteStream } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import { challenge, HandshakeBuffer, respond } from "../transport/handshake.ts";
import { Channel, type Receiver } from "../transport/channel.ts";
import type { Encoded } from "../codec/codec.ts";
import { ClosedError, EOFError, ProtocolError } from "../errors.ts";
import { onExit } from "../runtime/exit_hooks.ts";
import type { Block } from "../codec/graph.ts";
import { consumedMessage, itemMessage } from "../transport/messages.ts";
import { checkToSocketEnd, type ReceivedMessage } from "../transport/check_message.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import { boundCall, type CallEndings, CallOutcome, type PendingCall } from "../remote/pending_call.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { End } from "./connection.ts";
import { Deque } from "../deque.ts";

/** So many items and bytes may be unread on the other side before `send()` waits. */
const MOST_ITEMS = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** So many were read before the other side is told. */
const TELL_ITEMS = 100;
const TELL_BYTES = MOST_BYTES / 8;

interface Item {
  readonly cargo: EncodedValue;
  readonly isBytes: boolean;
  readonly size: number;
}

/** Who waits to send. */
interface Sender {
  readonly cargo: Encoded;
  readonly isBytes: boolean;
  readonly size: number;
  readonly outcome: CallOutcome;
}

/** Who waits for what comes. */
class Reader implements PendingCall {
  readonly outcome: CallOutcome;
  readonly isBytes: boolean;
  readonly #withdraw: (reader: Reader) => void;

  constructor(ends: CallEndings, isBytes: boolean, withdraw: (reader: Reader) => void) {
    this.outcome = new CallOutcome(ends);
    this.isBytes = isBytes;
    this.#withdraw = withdraw;
  }

  cancel(): boolean {
    this.#withdraw(this);
    return true;
  }
}

/** Those that have not ended. */
const open = new Set<SocketEnd>();

export class SocketEnd implements End, Receiver {
  readonly #channel: Channel;
  readonly #inbox = new Deque<Item>();
  readonly #readers = new Set<Reader>();
  readonly #pollers = new Set<Reader>();
  readonly #senders = new Deque<Sender>();
  /** Sizes of what the other side has not said it has read. */
  readonly #unread = new Deque<number>();
  #unreadBytes = 0;
  /** What was read here and not said. */
  #readItems = 0;
  #readBytes = 0;
  #isClosed = false;
  #fault: EOFError | null = null;
  #pending = 0;

  constructor(duplex: ByteStream, intake: HandshakeBuffer) {
    this.#channel = new Channel(duplex, this);
    open.add(this);
    duplex.unref();
    intake.handOver(this.#channel);
  }

  // --- sending ---

  send(cargo: Encoded, isBytes: boolean, fault: (error: unknown) => unknown): Promise<void> {
    const size = cargo.blocks.reduce((sum, block) => sum + block.length, cargo.text.length);
    const outcome = new CallOutcome({ mapError: fault });
    this.#hold(outcome);
    if (this.#fault !== null) outcome.fail(gone());
    else {
      this.#senders.push({ cargo, isBytes, size, outcome });
      this.#serveSenders();
    }
    return outcome.promise as Promise<void>;
  }

  #serveSenders(): void {
    while (this.#senders.size > 0 && this.#unread.size < MOST_ITEMS && this.#unreadBytes < MOST_BYTES) {
      const { cargo, isBytes, size, outcome } = this.#senders.shift()!;
      this.#unread.push(size);
      this.#unreadBytes += size;
      const base = this.#channel.base(cargo.blocks.length);
      this.#channel.post(itemMessage(isBytes, size, base, cargo), cargo.blocks, () => {
        if (this.#fault === null) outcome.settle(undefined);
        else outcome.fail(gone());
      });
    }
  }

  #consumed(count: number): void {
    if (!(count <= this.#unread.size)) throw new ProtocolError("Cannot take credit: nothing like it was sent");
    for (; count > 0; count--) this.#unreadBytes -= this.#unread.shift()!;
    this.#serveSenders();
    if (this.#isClosed) this.#finish();
  }

  // --- receiving ---

  recv(isBytes: boolean, wait: Wait, late: () => never): Promise<unknown> {
    return this.#wish("receive", this.#readers, isBytes, wait, late);
  }

  poll(wait: Wait): Promise<boolean> {
    return this.#wish("poll connection", this.#pollers, false, wait, () => false) as Promise<boolean>;
  }

  #wish(act: string, line: Set<Reader>, isBytes: boolean, wait: Wait, late: () => unknown): Promise<unknown> {
    checkWait(wait, act);
    wait.signal?.throwIfAborted();
    const reader = new Reader({ onTimeout: late }, isBytes, (gone) => line.delete(gone));
    line.add(reader);
    this.#serve();
    if (!reader.outcome.isSettled && wait.timeout !== undefined && wait.timeout <= 0) {
      line.delete(reader);
      reader.outcome.lapse();
    }
    this.#hold(reader.outcome);
    boundCall(reader, wait);
    return reader.outcome.promise;
  }

  #serve(): void {
    for (const reader of this.#readers) {
      if (this.#inbox.size === 0 && this.#fault === null) break;
      this.#readers.delete(reader);
      this.#hand(reader);
    }
    if (this.#inbox.size === 0 && this.#fault === null) return;
    for (const poller of this.#pollers) poller.outcome.settle(true);
    this.#pollers.clear();
  }

  #hand({ outcome, isBytes }: Reader): void {
    const item = this.#inbox.first();
    if (item === undefined) return outcome.fail(this.#fault);
    if (item.isBytes !== isBytes) {
      const remedy = isBytes ? "an item, take it with recv()" : "bytes, take them with recvBytes()";
      return outcome.fail(new ProtocolError(`Cannot receive: the other end sent ${remedy}`));
    }
    this.#inbox.shift();
    this.#readItems++;
    this.#readBytes += item.size;
    if (this.#readItems >= TELL_ITEMS || this.#readBytes >= TELL_BYTES) {
      this.#channel.post(consumedMessage(this.#readItems));
      this.#readItems = this.#readBytes = 0;
    }
    try {
      outcome.settle(item.cargo.open());
    } catch (error) {
      outcome.fail(error);
    }
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkToSocketEnd(received, blocks.length);
    switch (message[0]) {
      case "item": {
        const [, isBytes, size, base, count, payload] = message;
        if (this.#isClosed) return;
        this.#inbox.push({ cargo: EncodedValue.arrived(payload, blocks, base, count), isBytes: isBytes === 1, size });
        return this.#serve();
      }
      case "consumed":
        return this.#consumed(message[1]);
    }
  }

  // --- the end ---

  closed(fault: ProtocolError | null): void {
    this.#end(
      new EOFError("Cannot receive: the other end is closed and nothing is left", { cause: fault ?? undefined }),
    );
  }

  #end(fault: EOFError): void {
    this.#fault ??= fault;
    open.delete(this);
    this.#serve();
    for (let sender = this.#senders.shift(); sender; sender = this.#senders.shift()) sender.outcome.fail(gone());
  }

  /** What was sent before goes out first. */
  close(): void {
    this.#isClosed = true;
    const refusal = new ClosedError("Cannot receive: the connection was closed meanwhile");
    for (const { outcome } of [...this.#readers, ...this.#pollers]) outcome.fail(refusal);
    this.#readers.clear();
    this.#pollers.clear();
    this.#finish();
  }

  #finish(): void {
    if (this.#senders.size > 0 && this.#fault === null) return;
    this.#channel.ref();
    void this.drained().then(() => {
      this.#channel.close();
      this.#end(new EOFError("Cannot receive: the connection is closed"));
    });
  }

  /** Settles when what was sent is in the kernel's hands. */
  drained(): Promise<void> {
    return this.#channel.drained();
  }

  /** What is under way keeps the program alive. */
  #hold(outcome: CallOutcome): void {
    if (this.#pending++ === 0) this.#channel.ref();
    outcome.whenSettled(() => {
      if (--this.#pending === 0) this.#channel.unref();
    });
  }
}

onExit(async () => {
  for (const end of open) await end.drained();
});

function gone(): ClosedError {
  return new ClosedError("Cannot send: the other end is closed");
}

/** Lets a caller in. @throws {AuthenticationError} it did not prove in time that it knows the key */
export async function acceptSocket(duplex: ByteStream, key: Block): Promise<SocketEnd> {
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  try {
    await challenge(duplex, intake, key);
  } catch (error) {
    duplex.close();
    throw error;
  }
  return new SocketEnd(duplex, intake);
}

/**
 * Calls whoever listens at `address`.
 *
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function connectSocket(address: string, key: Block): Promise<SocketEnd> {
  const { connect } = await thisProcess().network();
  const duplex = await connect(address);
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  try {
    await respond(duplex, intake, key);
  } catch (error) {
    duplex.close();
    throw error;
  }
  return new SocketEnd(duplex, intake);
}
