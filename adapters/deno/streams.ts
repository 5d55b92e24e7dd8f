/**
 * Byte streams on Deno, over the connections of `Deno.connect` and `Deno.listen`.
 *
 * @module
 */
import type { ByteSink, ByteStream } from "../../src/runtime/network.ts";

type Connection = Deno.Conn & { setNoDelay?(on: boolean): void; ref(): void; unref(): void };

/** What a connection that is over may throw, on either side of it. */
const DISCONNECTS = () => [
  Deno.errors.BrokenPipe,
  Deno.errors.ConnectionReset,
  Deno.errors.ConnectionAborted,
  Deno.errors.BadResource,
  Deno.errors.Interrupted,
  Deno.errors.NotConnected,
];

/** A connection as a byte stream. */
export function streamOf(given: Deno.Conn): ByteStream {
  const connection = given as Connection;
  let isOpen = true;
  connection.setNoDelay?.(true);
  return {
    async receive(sink: ByteSink) {
      try {
        for (;;) {
          const count = await connection.read(sink.space());
          if (count === null) break;
          sink.filled(count);
        }
      } catch (error) {
        if (isOpen && !isDisconnect(error)) throw error;
      }
      sink.ended();
    },
    async send(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
      } catch (error) {
        if (isOpen && !isDisconnect(error)) throw error;
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      connection.close();
    },
    ref: () => connection.ref(),
    unref: () => connection.unref(),
  };
}

function isDisconnect(error: unknown): boolean {
  return DISCONNECTS().some((kind) => error instanceof kind);
}
