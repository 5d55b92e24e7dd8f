/**
 * What carries a `Connection`: the end of a pipe (`pipe_connection.ts`), or a
 * socket of its own between two processes (`socket_connection.ts`).
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { Wait } from "../runtime/deadline.ts";

export interface ConnectionBackend {
  /**
   * Sends what one `send()` or `sendBytes()` was given.
   *
   * @param mapError makes what the caller is told of an error
   * @returns settles when the item lies in the pipe, or is in the kernel's hands
   */
  send(value: Encoded, isBytes: boolean, mapError: (error: unknown) => unknown): Promise<void>;
  /** Takes the next item. @param onTimeout throws what a timeout comes to */
  recv(isBytes: boolean, wait: Wait, onTimeout: () => never): Promise<unknown>;
  /** Whether there is something to take, or nothing will come. */
  poll(wait: Wait): Promise<boolean>;
  /** Closes the connection in this process. */
  close(): void;
}

/** The approximate size of an item in bytes. */
export function sizeOf({ text, blocks }: Encoded): number {
  return blocks.reduce((sum, block) => sum + block.length, text.length);
}
