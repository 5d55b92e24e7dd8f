/**
 * Where strangers come in to a manager: a listener at the address that was given,
 * and the connections through it, which end when it is closed. Knows no object.
 *
 * @module
 */
import type { ByteStream, SocketListener } from "../runtime/adapter.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { admitConnection } from "../transport/server.ts";

export class PublicListener {
  readonly #listener: SocketListener;
  readonly #connections = new Set<ByteStream>();

  /**
   * @param address null: one of its own
   * @param key (hex) that callers must know
   * @throws {ConnectError} it cannot listen there
   */
  constructor(address: string | null, key: string) {
    const meeting = runtime().network();
    this.#listener = address === null ? meeting.listen() : meeting.listenAt(address);
    this.#listener.accept((duplex) => {
      duplex.unref();
      void admitConnection(this.#noted(duplex), key);
    });
    thisProcess().atExit(() => this.close());
  }

  get address(): string {
    return this.#listener.address;
  }

  #noted(duplex: ByteStream): ByteStream {
    const noted: ByteStream = {
      receive: (sink) => duplex.receive(sink),
      send: (bytes) => duplex.send(bytes),
      close: () => {
        this.#connections.delete(noted);
        duplex.close();
      },
      ref: () => duplex.ref(),
      unref: () => duplex.unref(),
    };
    this.#connections.add(noted);
    return noted;
  }

  /** Idempotent. */
  close(): void {
    this.#listener.close();
    for (const connection of [...this.#connections]) connection.close();
  }
}
