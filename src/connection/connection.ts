/**
 * `Connection`: one end of a pipe or of a connection to a listener, as in Python's
 * `multiprocessing`. Checks what it is asked; what carries it is its backend, see
 * `backend.ts`.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import { BufferTooShort, ClosedError, EOFError, StateError, TimeoutError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { readArrivals } from "../runtime/arrivals.ts";
import { checkWait, type Wait, WAIT_OPTIONS } from "../runtime/deadline.ts";
import type { OptionNames } from "../runtime/options.ts";
import type { ConnectionBackend } from "./backend.ts";
import { showAs } from "../runtime/inspection.ts";

/** Bounds of {@linkcode Connection.recvBytes}. */
export interface RecvBytesOptions extends Wait {
  /** The most bytes that the caller takes; absent: any number. */
  maxLength?: number | undefined;
}

const RECV_BYTES_OPTIONS: OptionNames<RecvBytesOptions> = { ...WAIT_OPTIONS, maxLength: true };

/** What the connection that is being made gets; null: nobody of the library makes one. */
let pendingConnection: {
  readonly makeBackend: (connection: Connection) => ConnectionBackend;
  readonly readable: boolean;
  readonly writable: boolean;
} | null = null;
let newConnection: () => Connection;

/**
 * One end of a pipe, or of a connection to a listener: what one end sends, the other receives, in order.
 *
 * An end of a {@linkcode Pipe} can be given to other processes; it is open as long as one of them has it, has not
 * closed it, and lives. That made by {@linkcode Client} or `accept()` stays in its process. Idle, it keeps no program
 * alive; a pending operation does.
 *
 * @typeParam T what is sent
 */
export class Connection<T = unknown> {
  readonly #backend: ConnectionBackend;
  readonly #readable: boolean;
  readonly #writable: boolean;
  #closed = false;

  /** Made by {@linkcode Pipe}, {@linkcode Client} and `accept()`. */
  private constructor() {
    if (pendingConnection === null) {
      throw typeError("Cannot make connection: Pipe(), Client() and Listener.accept() make them");
    }
    const { makeBackend, readable, writable } = pendingConnection;
    pendingConnection = null;
    this.#readable = readable;
    this.#writable = writable;
    this.#backend = makeBackend(this);
  }

  static {
    newConnection = () => new Connection();
  }

  /** Whether it was closed here. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it can receive. */
  get readable(): boolean {
    return this.#readable;
  }

  /** Whether it can send. */
  get writable(): boolean {
    return this.#writable;
  }

  /**
   * Sends an item to the other end; waits while more than 1 000 items, or 8 MiB, lie there unread.
   *
   * @returns settles when the item lies in the pipe, from where no death of this process takes it
   * @throws {SerializationError} the item cannot cross
   * @throws {ClosedError} the connection, or the other end, is closed; `value` is the item
   * @throws {StateError} it can only receive
   * @throws {ConnectError} the process that made the pipe is gone
   */
  async send(item: T): Promise<void> {
    const mapError = (error: unknown) => error instanceof ClosedError ? new ClosedError(error.message, item) : error;
    this.#refuse("send", this.#writable, "receive", item);
    await this.#backend.send(encode(item, "item"), false, mapError);
  }

  static {
    showAs(this, (connection: Connection) => ({
      readable: connection.#readable,
      writable: connection.#writable,
      closed: connection.#closed,
    }));
  }

  /**
   * Receives the next item; waits while there is none.
   *
   * @throws {EOFError} the other end is closed and nothing is left
   * @throws {TimeoutError} there was none in time
   * @throws {ProtocolError} the next one was sent by `sendBytes()`; it stays
   * @throws {ClosedError} the connection is closed
   * @throws {StateError} it can only send
   * @throws {ConnectError} the process that made the pipe is gone
   */
  async recv(options?: Wait): Promise<T> {
    this.#refuse("receive", this.#readable, "send");
    return await this.#backend.recv(false, options ?? {}, () => receiveTimedOut(options?.timeout)) as T;
  }

  /**
   * Sends bytes, as they are now: `size` of them from `offset` on.
   *
   * @throws {RangeError} there are not so many
   * @throws {ClosedError} the connection, or the other end, is closed; `value` are the bytes
   */
  async sendBytes(bytes: Uint8Array, offset: number = 0, size?: number): Promise<void> {
    if (!(bytes instanceof Uint8Array)) throw typeError("Cannot send bytes: it is no Uint8Array");
    checkCount(offset, "offset");
    if (offset > bytes.length) throw rangeError("Cannot send bytes: offset is behind their end");
    if (size !== undefined) checkCount(size, "size");
    const end = offset + (size ?? bytes.length - offset);
    if (end > bytes.length) throw rangeError("Cannot send bytes: there are not so many from offset on");
    this.#refuse("send bytes", this.#writable, "receive", bytes);
    const part = bytes.subarray(offset, end);
    const whole = part.buffer instanceof ArrayBuffer ? part : Uint8Array.from(part);
    const mapError = (error: unknown) => error instanceof ClosedError ? new ClosedError(error.message, bytes) : error;
    await this.#backend.send(encode(whole, "bytes"), true, mapError);
  }

  /**
   * Receives the bytes of one `sendBytes()`; waits while there are none.
   *
   * @throws {BufferTooShort} there are more than `maxLength`; the error has them all, and the connection stays usable
   * @throws {EOFError} the other end is closed and nothing is left
   * @throws {TimeoutError} there were none in time
   * @throws {ProtocolError} what comes next was sent by `send()`; it stays
   */
  async recvBytes(options: RecvBytesOptions = {}): Promise<Uint8Array> {
    this.#refuse("receive bytes", this.#readable, "send");
    checkWait(options, "receive bytes", RECV_BYTES_OPTIONS);
    const { maxLength, ...wait } = options;
    if (maxLength !== undefined) checkCount(maxLength, "maxLength", "receive");
    const bytes = await this.#backend.recv(true, wait, () => receiveTimedOut(wait.timeout)) as Uint8Array;
    if (maxLength === undefined || bytes.length <= maxLength) return bytes;
    throw new BufferTooShort(
      `Cannot receive bytes: ${bytes.length} came, at most ${maxLength} are wanted, the error has them`,
      bytes,
    );
  }

  /**
   * Whether there is something to receive, or the other end is closed. Takes nothing.
   *
   * @param options how long to wait until there is; without a timeout not at all
   */
  async poll(options?: Wait): Promise<boolean> {
    this.#refuse("poll", this.#readable, "send");
    checkWait(options, "poll connection");
    const wait = { ...options, timeout: options?.timeout ?? 0 };
    if (await this.#backend.poll(wait)) return true;
    if (this.#closed || !(wait.timeout <= 0)) return false;
    await readArrivals(); // a caller that polls in a loop would else never see what comes
    return !this.#closed && await this.#backend.poll(wait);
  }

  /** Closes it for this process. The other end still receives what was sent. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#backend.close();
  }

  /** The same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Receives items until the other end is closed and nothing is left. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      let item: T;
      try {
        item = await this.recv();
      } catch (error) {
        if (error instanceof EOFError) return;
        throw error;
      }
      yield item;
    }
  }

  #refuse(act: string, may: boolean, other: string, value?: unknown): void {
    if (this.#closed) throw new ClosedError(`Cannot ${act}: the connection is closed`, value);
    if (!may) throw new StateError(`Cannot ${act}: this end can only ${other}, use the other one`, `${other}-only`);
  }
}

refuseSending(Connection, "a Connection that does not belong to a pipe");

/** Makes a connection, and then what carries it. */
export function createConnection(
  makeBackend: (connection: Connection) => ConnectionBackend,
  readable: boolean = true,
  writable: boolean = true,
): Connection {
  pendingConnection = { makeBackend, readable, writable };
  try {
    return newConnection();
  } finally {
    pendingConnection = null;
  }
}

function receiveTimedOut(timeout: number | undefined): never {
  throw new TimeoutError(`Cannot receive: nothing came within ${timeout} ms`, timeout ?? 0);
}

function checkCount(value: unknown, name: string, act: string = "send"): void {
  if (!Number.isInteger(value)) throw typeError(`Cannot ${act} bytes: ${name} is not a whole number`);
  if ((value as number) < 0) throw rangeError(`Cannot ${act} bytes: ${name} is below 0`);
}
