/**
 * Where strangers come in to a manager: a listener at the address that was given,
 * and the connections through it, which end when it is closed. Knows no object.
 *
 * @module
 */
import { type Duplex, here, type Listener, runtime } from "../runtime/adapter.ts";
import { letIn } from "../transport/server.ts";

export class Gate {
  readonly #listener: Listener;
  readonly #connections = new Set<Duplex>();

  /**
   * @param address null: one of its own
   * @param key (hex) that callers must know
   * @throws {ConnectError} it cannot listen there
   */
  constructor(address: string | null, key: string) {
    const meeting = runtime().meeting();
    this.#listener = address === null ? meeting.listen() : meeting.listenAt(address);
    this.#listener.accept((duplex) => {
      duplex.unref();
      void letIn(this.#noted(duplex), key);
    });
    here().atExit(() => this.close());
  }

  get address(): string {
    return this.#listener.address;
  }

  #noted(duplex: Duplex): Duplex {
    const noted: Duplex = {
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
