/**
 * `Listener` and `Client()`: connections between any two processes that know an
 * address and a key, as in `multiprocessing.connection`. What carries them is
 * `stream_end.ts`, loaded when somebody connects.
 *
 * @module
 */
import type { ByteStream, SocketListener as Door } from "../runtime/adapter.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { ClosedError, TimeoutError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import type { Block } from "../codec/graph.ts";
import { createInherited, ParentOwned, refuseInReplay } from "../replay/inheritance.ts";
import { checkWait, MAX_TIMEOUT_MS, type Wait } from "../runtime/deadline.ts";
import { type Address, addressOf, keyOf, NO_KEY, refuseOpen, textOf } from "../transport/address.ts";
import { type Connection, connectionBy } from "./connection.ts";
import { Deque } from "../deque.ts";

/** Options of {@linkcode Listener}. */
export interface ListenerOptions {
  /** Where it listens; at an address of its own, which only this user can reach, unless given. */
  address?: Address;
  /** What callers must know. Needed for a place in the network. */
  authkey?: Uint8Array;
}

/** Options of {@linkcode Client}. */
export interface ClientOptions extends Wait {
  /** What the listener knows. */
  authkey?: Uint8Array;
}

/** So many callers may prove themselves at once, or wait to be accepted. More are dropped. */
const CROWD = 1_024;

/** Those that are open: what they left in the file system is removed when this process ends. */
const open = new Set<Door>();

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
  readonly #door: Door | null = null;
  readonly #address: Address;
  readonly #belonging = new ParentOwned("listener");
  /** Callers that have proved themselves. */
  readonly #callers = new Deque<Connection>();
  readonly #takers = new Set<(caller: Connection | null) => void>();
  #crowd = 0;
  #closed = false;

  /**
   * Listens from now on.
   *
   * @throws {TypeError} an option is of the wrong kind, or a place in the network is given without a key
   * @throws {ConnectError} it cannot listen there
   */
  constructor(options: ListenerOptions = {}) {
    checkOptions(options, "listen");
    const key = keyOf(options.authkey, "listen");
    const asked = options.address === undefined ? null : textOf(options.address, "listen");
    if (asked !== null) refuseOpen(asked, key, "listen");
    const made: Door[] = [];
    const text = createInherited("Listener", () => {
      const meeting = runtime().network();
      const door = asked === null ? meeting.listen() : meeting.listenAt(asked);
      made.push(door);
      return door.address;
    });
    this.#address = addressOf(text);
    const [door] = made;
    if (door === undefined) return; // the parent's
    this.#door = door;
    try {
      refuseOpen(text, key, "listen");
    } catch (error) {
      door.close();
      throw error;
    }
    if (open.size === 0) thisProcess().atExit(closeAll);
    open.add(door);
    door.accept((duplex) => void this.#admit(duplex, key ?? NO_KEY));
  }

  /** Where it listens, as `Client()` takes it: a place in the network with its port, or the path after `unix:`. */
  get address(): Address {
    return this.#address;
  }

  async #admit(duplex: ByteStream, key: Block): Promise<void> {
    if (this.#closed || this.#crowd + this.#callers.size >= CROWD) return duplex.close();
    duplex.unref();
    this.#crowd++;
    try {
      const { acceptSocket } = await import("./socket_connection.ts");
      const caller = connectionBy(await acceptSocket(duplex, key));
      if (this.#closed) return caller.close();
      this.#callers.push(caller);
      this.#serve();
    } catch {
      // a stranger, or a silent peer: nobody to tell
    } finally {
      this.#crowd--;
    }
  }

  #serve(): void {
    for (const take of this.#takers) {
      if (this.#callers.size === 0) return;
      this.#takers.delete(take);
      take(this.#callers.shift()!);
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

  async #accept(options: Wait | undefined): Promise<Connection> {
    checkWait(options, "accept connection");
    this.#belonging.check("accept connection");
    if (this.#closed) throw closed();
    const { timeout } = options ?? {};
    return await within("accept connection", options, (settle, fail) => {
      const take = (caller: Connection | null) => caller === null ? fail(closed()) : settle(caller);
      this.#takers.add(take);
      this.#serve();
      return () => void this.#takers.delete(take);
    }, timeout);
  }

  /** Stops listening, and removes what it left in the file system. What was accepted stays. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#door === null) return;
    open.delete(this.#door);
    this.#door.close();
    for (const take of this.#takers) take(null);
    this.#takers.clear();
    for (let caller = this.#callers.shift(); caller; caller = this.#callers.shift()) caller.close();
  }

  /** The same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

refuseSending(Listener, "a Listener");

/**
 * Connects to a {@linkcode Listener}.
 *
 * @param address that of the listener
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} the two do not know the same key
 * @throws {TimeoutError} it took too long
 */
export function Client<T = unknown>(address: Address, options: ClientOptions = {}): Promise<Connection<T>> {
  return refuseInReplay("connect", () => connect(address, options)) as Promise<Connection<T>>;
}

async function connect(address: Address, options: ClientOptions): Promise<Connection> {
  checkOptions(options, "connect");
  checkWait(options, "connect");
  const text = textOf(address, "connect");
  const key = keyOf(options.authkey, "connect") ?? NO_KEY;
  const { connectSocket } = await import("./socket_connection.ts");
  return await within("connect", options, (settle, fail) => {
    let isLate = false;
    connectSocket(text, key).then((end) => isLate ? end.close() : settle(connectionBy(end)), fail);
    return () => void (isLate = true);
  }, options.timeout);
}

/** Begins something, and gives it up at the bounds. It keeps the program alive meanwhile. */
function within<T>(
  act: string,
  { signal }: Wait = {},
  begin: (settle: (value: T) => void, fail: (error: unknown) => void) => () => void,
  timeout: number | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const limit = timeout === undefined || timeout > MAX_TIMEOUT_MS ? MAX_TIMEOUT_MS : Math.max(0, timeout);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = () => {
      withdraw();
      end();
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      withdraw();
      end();
      reject(new TimeoutError(`Cannot ${act}: it was not done within ${timeout} ms`, limit));
    }, limit);
    signal?.addEventListener("abort", abort, { once: true });
    const withdraw = begin((value) => {
      end();
      resolve(value);
    }, (error) => {
      end();
      reject(error);
    });
  });
}

function checkOptions(options: unknown, act: string): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new TypeError(`Cannot ${act}: the options are not an object`);
}

function closeAll(): void {
  for (const door of open) door.close();
  open.clear();
}

function closed(): ClosedError {
  return new ClosedError("Cannot accept connection: the listener is closed");
}
