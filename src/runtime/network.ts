/**
 * How a process meets others: listeners and byte streams, as every runtime must
 * have them. Promises of `spec/runtime/network.md`.
 *
 * @module
 */
import type { Journals } from "./capabilities.ts";

/** Takes the bytes of a connection. The space given out may be filled before the next call only. */
export interface ByteSink {
  /** Where the next bytes go; never empty. */
  space(): Uint8Array;
  /** That many bytes were put at the start of the last space. */
  filled(count: number): void;
  /** No more bytes come: the other side closed, died, or the connection broke. Called once. */
  ended(): void;
}

/** A byte stream to another process, both ways. */
export interface ByteStream {
  /** Starts delivery to the sink. */
  receive(sink: ByteSink): void;
  /** Writes all bytes in order; the promise settles when the kernel has them, and never rejects: a broken stream ends the sink. */
  send(bytes: Uint8Array): Promise<void> | void;
  /** Idempotent. */
  close(): void;
  ref(): void;
  unref(): void;
}

/** Accepts connections; keeps nothing alive. */
export interface SocketListener {
  readonly address: string;
  /** Called for every connection from now on. */
  accept(take: (stream: ByteStream) => void): void;
  /** Makes its place in the file system again when somebody has removed that. Cheap, and never throws. */
  restore(): void;
  /** Idempotent; removes what it left in the file system, and never throws. */
  close(): void;
}

/** Options of {@linkcode Network.listen}. */
export interface ListenOptions {
  /** Address of a parent in whose folder it may be, which goes when that one ends, however this one did. */
  readonly beside?: string | undefined;
}

/** Sockets. */
export interface Network {
  /** At an address of its own, which only this user can reach. Throws ConnectError when no transport is permitted. */
  listen(options?: ListenOptions): SocketListener;
  /**
   * At a given address, `unix:PATH` or `tcp:HOST:PORT`; port 0 takes a free one. What is there already is not replaced;
   * nobody but this user can reach a path at any time. Throws ConnectError.
   */
  listenAt(address: string): SocketListener;
  /**
   * Waits while too many others call there, and while the folder of a living owner is made again. Rejects with
   * ConnectError.
   */
  connect(address: string): Promise<ByteStream>;
  /**
   * Settles when the event loop has looked at all sockets, however busy the program keeps it. Absent: it looks at them in
   * each turn.
   */
  socketTurn?(): Promise<void>;
  /** Journals of children. Absent: what a killed process had not sent is not known. */
  readonly journals?: Journals | undefined;
  /**
   * How many processes the system has killed for want of memory where this one runs; null where it cannot be read.
   * Absent: a worker's loss says nothing of memory.
   */
  oomKills?(): number | null;
}
