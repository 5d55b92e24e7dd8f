/**
 * One end of a connection between two processes that know nothing of each other
 * but an address and a key: a socket of its own. Made by `listener.ts`, which
 * loads this when somebody connects.
 *
 *     send ─► SocketSender ─ item ─► channel ─► SocketReceiver ─► recv
 *                  ▲───────────── consumed ◄──────────┘
 *
 * @module
 */
import type { ByteStream } from "../runtime/network.ts";
import { authenticate } from "../transport/client.ts";
import { challenge, HandshakeBuffer } from "../transport/handshake.ts";
import { addSilentCaller } from "../transport/server.ts";
import { Channel, type Receiver } from "../transport/channel.ts";
import type { Encoded } from "../codec/codec.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import { EOFError, type ProtocolError } from "../errors.ts";
import { onExit } from "../runtime/exit_hooks.ts";
import type { Block } from "../codec/graph.ts";
import { consumedMessage } from "../transport/messages.ts";
import { checkToSocketEnd, type ReceivedMessage } from "../transport/check_message.ts";
import type { Wait } from "../runtime/deadline.ts";
import type { CallOutcome } from "../remote/pending_call.ts";
import type { ConnectionBackend } from "./backend.ts";
import { SocketReceiver } from "./socket_receiver.ts";
import { SocketSender } from "./socket_sender.ts";

/** A listener of this machine may have a thousand callers at once: it gets so many steps of time to answer, 30 s. */
const LISTENER_STEPS = 60;

/** Those that have not ended. */
const openSockets = new Set<SocketBackend>();

/**
 * Where a connection is on its way from open to ended: `close()` here lets out what waits to be sent first, the other
 * side's end comes at any time.
 *
 *     open ─ close() ─► closing ─ all is sent ─► ended
 *       └──── the other side ends ────┴────────────►┘
 */
type State = "open" | "closing" | "ended";

export class SocketBackend implements ConnectionBackend, Receiver {
  readonly #channel: Channel;
  readonly #sender: SocketSender;
  readonly #receiver: SocketReceiver;
  #state: State = "open";
  #pendingCalls = 0;

  constructor(duplex: ByteStream, intake: HandshakeBuffer) {
    this.#channel = new Channel(duplex, this);
    this.#sender = new SocketSender(this.#channel);
    this.#receiver = new SocketReceiver((count) => this.#channel.post(consumedMessage(count)));
    openSockets.add(this);
    duplex.unref();
    intake.handOver(this.#channel);
  }

  send(value: Encoded, isBytes: boolean, mapError: (error: unknown) => unknown): Promise<void> {
    return this.#hold(this.#sender.send(value, isBytes, mapError)) as Promise<void>;
  }

  recv(isBytes: boolean, wait: Wait, onTimeout: () => never): Promise<unknown> {
    return this.#hold(this.#receiver.recv(isBytes, wait, onTimeout));
  }

  poll(wait: Wait): Promise<boolean> {
    return this.#hold(this.#receiver.poll(wait)) as Promise<boolean>;
  }

  /** Keeps the program alive until a call is settled. */
  #hold(outcome: CallOutcome): Promise<unknown> {
    if (this.#pendingCalls++ === 0) this.#channel.ref();
    outcome.whenSettled(() => {
      if (--this.#pendingCalls === 0) this.#channel.unref();
    });
    return outcome.promise;
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkToSocketEnd(received, blocks.length);
    switch (message[0]) {
      case "item": {
        if (this.#state !== "open") return;
        const [, isBytes, size, base, count, payload] = message;
        const value = EncodedValue.arrived(payload, blocks, base, count);
        return this.#receiver.put({ value, isBytes: isBytes === 1, size });
      }
      case "consumed":
        this.#sender.received(message[1]);
        if (this.#state === "closing") this.#finish();
    }
  }

  /** The other side has ended. */
  closed(fault: ProtocolError | null): void {
    this.#end(
      new EOFError("Cannot receive: the other end is closed and nothing is left", { cause: fault ?? undefined }),
    );
  }

  /** What was sent before goes out first. */
  close(): void {
    this.#receiver.close();
    if (this.#state === "open") this.#state = "closing";
    this.#finish();
  }

  #finish(): void {
    if (this.#state === "closing" && this.#sender.isWaiting) return;
    this.#channel.ref();
    void this.drained().then(() => {
      this.#channel.close();
      this.#end(new EOFError("Cannot receive: the connection is closed"));
    });
  }

  #end(error: EOFError): void {
    this.#state = "ended";
    openSockets.delete(this);
    this.#receiver.end(error);
    this.#sender.close();
  }

  /** Settles when what was sent is in the kernel's hands. */
  drained(): Promise<void> {
    return this.#channel.drained();
  }
}

onExit(async () => {
  for (const each of openSockets) await each.drained();
});

/** Lets a caller in. @throws {AuthenticationError} it did not prove in time that it knows the key */
export async function acceptSocket(duplex: ByteStream, key: Block): Promise<SocketBackend> {
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  await challenge(duplex, intake, key, addSilentCaller(duplex));
  return new SocketBackend(duplex, intake);
}

/**
 * Calls whoever listens at `address`.
 *
 * @param met gets each connection that is tried; false gives up
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function connectSocket(
  address: string,
  key: Block,
  met: (duplex: ByteStream) => boolean,
): Promise<SocketBackend> {
  const { duplex, intake } = await authenticate(address, key, LISTENER_STEPS, met);
  return new SocketBackend(duplex, intake);
}
