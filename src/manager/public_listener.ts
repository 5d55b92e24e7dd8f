/**
 * Accepts connections of other programs to a manager, at the address that it was
 * given. They end when the listener is closed. Knows no object.
 *
 * @module
 */
import type { ByteStream, SocketListener } from "../runtime/network.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { admitConnection } from "../transport/server.ts";

export class PublicListener {
  readonly #listener: SocketListener;
  readonly #connections = new Set<ByteStream>();

  /**
   * @param address null for one that the runtime chooses
   * @param key what callers must know, in hex
   * @throws {ConnectError} it cannot listen there
   */
  constructor(address: string | null, key: string) {
    const network = runtime().network();
    this.#listener = address === null ? network.listen() : network.listenAt(address);
    this.#listener.accept((stream) => {
      stream.unref();
      void admitConnection(this.#tracked(stream), key);
    });
    thisProcess().atExit(() => this.close());
  }

  get address(): string {
    return this.#listener.address;
  }

  #tracked(stream: ByteStream): ByteStream {
    const tracked: ByteStream = {
      receive: (sink) => stream.receive(sink),
      send: (bytes) => stream.send(bytes),
      close: () => {
        this.#connections.delete(tracked);
        stream.close();
      },
      ref: () => stream.ref(),
      unref: () => stream.unref(),
    };
    this.#connections.add(tracked);
    return tracked;
  }

  /** Idempotent. */
  close(): void {
    this.#listener.close();
    for (const connection of [...this.#connections]) connection.close();
  }
}
