/**
 * `Listener`: takes connections of any process that knows its address and key, as
 * Python's `multiprocessing.connection.Listener`. Mirror of `client.ts`; what
 * carries a connection is `socket_connection.ts`, loaded when the first one comes.
 *
 * @module
 */
import type { ByteStream, SocketListener } from "../runtime/network.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { ClosedError, TimeoutError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import type { Block } from "../codec/graph.ts";
import { createInherited, ParentOwned, refuseInReplay } from "../replay/inheritance.ts";
import { checkWait, finishWithin, type Wait } from "../runtime/deadline.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { lazyPart } from "../runtime/load_part.ts";
import { type Address, addressOf, addressText, authKeyBytes, NO_KEY, refuseOpen } from "../transport/address.ts";
import { type Connection, createConnection } from "./connection.ts";
import { Deque } from "../deque.ts";
import { showAs } from "../runtime/inspection.ts";

/** Options of {@linkcode Listener}. */
export interface ListenerOptions {
  /** Where it listens; at an address of its own, which only this user can reach, unless given. */
  address?: Address;
  /** What callers must know. Needed for a place in the network. */
  authkey?: Uint8Array;
}

const LISTENER_OPTIONS: OptionNames<ListenerOptions> = { address: true, authkey: true };

const loadSocketConnection = lazyPart(import.meta.url, () => import("./socket_connection.ts"));

/** The most callers that have proved themselves and wait to be accepted; more are dropped. */
const MAX_BACKLOG = 4_096;

/** Open listeners: what they left in the file system is removed when this process ends. */
const openListeners = new Set<SocketListener>();

/**
 * Takes connections of other processes, also of other programs and of the other runtime.
 *
 * A caller that does not prove that it knows the key is dropped, and harms nobody. An idle listener keeps no program
 * alive, a pending `accept()` does. It belongs to the process that made it: a fork child makes its own.
 *
 * @example A server and its client
 * ```ts
 * import { Client, Listener } from "@brood/multiprocessing";
 *
 * const authkey = crypto.getRandomValues(new Uint8Array(32));
 * using listener = new Listener({ authkey });
 * const client = await Client(listener.address, { authkey });
 * const server = await listener.accept();
 * await client.send("hello");
 * console.log(await server.recv()); // hello
 * ```
 */
export class Listener {
  /** Null in a fork child, where it is the parent's. */
  readonly #listener: SocketListener | null = null;
  readonly #address: Address;
  readonly #owner = new ParentOwned("listener");
  /** Connections that have authenticated, for the next `accept()`. */
  readonly #backlog = new Deque<Connection>();
  /** Calls of `accept()` that wait; null tells that the listener was closed. */
  readonly #accepting = new Set<(connection: Connection | null) => void>();
  #closed = false;

  /**
   * Listens from now on.
   *
   * @throws {TypeError} an option is of the wrong kind, or a place in the network is given without a key
   * @throws {ConnectError} it cannot listen there
   */
  constructor(options: ListenerOptions = {}) {
    checkOptions(options, LISTENER_OPTIONS, "listen", "address");
    const key = authKeyBytes(options.authkey, "listen");
    const asked = options.address === undefined ? null : addressText(options.address, "listen");
    if (asked !== null) refuseOpen(asked, key, "listen");
    const made: SocketListener[] = [];
    const text = createInherited("Listener", () => {
      const network = runtime().network();
      const listener = asked === null ? network.listen() : network.listenAt(asked);
      made.push(listener);
      return listener.address;
    });
    this.#address = addressOf(text);
    const [listener] = made;
    if (listener === undefined) return;
    this.#listener = listener;
    try {
      refuseOpen(text, key, "listen");
    } catch (error) {
      listener.close();
      throw error;
    }
    if (openListeners.size === 0) thisProcess().atExit(closeAll);
    openListeners.add(listener);
    listener.accept((duplex) => void this.#admit(duplex, key ?? NO_KEY));
  }

  static {
    showAs(this, (listener: Listener) => ({ address: listener.#address, closed: listener.#closed }));
  }

  /** Where it listens, as `Client()` takes it: a place in the network with its port, or the path after `unix:`. */
  get address(): Address {
    return this.#address;
  }

  async #admit(duplex: ByteStream, key: Block): Promise<void> {
    if (this.#closed || this.#backlog.size >= MAX_BACKLOG) return duplex.close();
    duplex.unref();
    try {
      const { acceptSocket } = await loadSocketConnection();
      const backend = await acceptSocket(duplex, key);
      const connection = createConnection(() => backend);
      if (this.#closed) return connection.close();
      this.#backlog.push(connection);
      this.#serve();
    } catch {
      duplex.close(); // a stranger, or a silent peer: nobody to tell
    }
  }

  #serve(): void {
    for (const give of this.#accepting) {
      if (this.#backlog.size === 0) return;
      this.#accepting.delete(give);
      give(this.#backlog.shift()!);
    }
  }

  /**
   * Takes the next caller that has proved itself; waits while there is none.
   *
   * @throws {TimeoutError} there was none in time
   * @throws {ClosedError} the listener is closed, or was meanwhile
   */
  accept(options?: Wait): Promise<Connection> {
    return refuseInReplay("accept connection", () => this.#accept(options));
  }

  async #accept(wait: Wait = {}): Promise<Connection> {
    checkWait(wait, "accept connection");
    this.#owner.check("accept connection");
    if (this.#closed) throw listenerClosed();
    return await finishWithin<Connection>(wait, () => acceptTimedOut(wait.timeout!), (settle, fail) => {
      const give = (connection: Connection | null) => connection === null ? fail(listenerClosed()) : settle(connection);
      this.#accepting.add(give);
      this.#serve();
      return () => void this.#accepting.delete(give);
    });
  }

  /** Stops listening, and removes what it left in the file system. What was accepted stays. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#listener === null) return;
    openListeners.delete(this.#listener);
    this.#listener.close();
    for (const give of this.#accepting) give(null);
    this.#accepting.clear();
    for (let caller = this.#backlog.shift(); caller !== undefined; caller = this.#backlog.shift()) caller.close();
  }

  /** The same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

refuseSending(Listener, "a Listener");

function closeAll(): void {
  for (const listener of openListeners) listener.close();
  openListeners.clear();
}

function listenerClosed(): ClosedError {
  return new ClosedError("Cannot accept connection: the listener is closed");
}

function acceptTimedOut(timeout: number): TimeoutError {
  return new TimeoutError(`Cannot accept connection: nobody came within ${timeout} ms`, timeout);
}
