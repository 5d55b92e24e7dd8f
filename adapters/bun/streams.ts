/**
 * Byte streams on Bun, over the sockets of `Bun.connect` and `Bun.listen`: one may
 * take less than it is given, and calls back for the rest.
 *
 * @module
 */
import type { ByteSink, ByteStream } from "../../src/runtime/network.ts";
import type { Socket, SocketHandler } from "./types.ts";

/** What is known of one connection: who takes its bytes, those that came before, and those that are to be sent. */
export interface Wire {
  sink: ByteSink | null;
  early: Uint8Array[];
  rest: Uint8Array;
  sent: (() => void) | null;
  open: boolean;
}

/** What a socket is to call, whose data is a wire. */
export const handlers: SocketHandler<Wire> = {
  data({ data: wire }, bytes) {
    if (wire.sink === null) wire.early.push(bytes.slice());
    else feed(wire.sink, bytes);
  },
  drain(socket) {
    const wire = socket.data;
    wire.rest = wire.rest.subarray(Math.max(0, socket.write(wire.rest)));
    if (wire.rest.length > 0) return;
    wire.rest = NOTHING; // an empty view would hold all of its memory
    settle(wire);
  },
  close: ({ data: wire }) => end(wire),
  end: (socket) => void socket.end(),
  error: ({ data: wire }) => end(wire),
};

function feed(sink: ByteSink, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const space = sink.space();
    // A view costs more here than the rest: mostly one frame comes at a time.
    const part = at === 0 && bytes.length <= space.length ? bytes : bytes.subarray(at, at + space.length);
    space.set(part);
    sink.filled(part.length);
    at += part.length;
  }
}

function settle(wire: Wire): void {
  const { sent } = wire;
  wire.sent = null;
  sent?.();
}

function end(wire: Wire): void {
  if (!wire.open) return;
  wire.open = false;
  settle(wire);
  wire.sink?.ended();
}

const NOTHING = new Uint8Array(0);

/** A connection of which nothing is known yet. */
export function newWire(): Wire {
  return { sink: null, early: [], rest: NOTHING, sent: null, open: true };
}

/** A socket as a byte stream. */
export function streamOf(socket: Socket<Wire>): ByteStream {
  const wire = socket.data;
  return {
    receive(sink) {
      wire.sink = sink;
      for (const bytes of wire.early.splice(0)) feed(sink, bytes);
      if (!wire.open) sink.ended();
    },
    send(bytes) {
      if (!wire.open) return;
      const count = Math.max(0, socket.write(bytes));
      if (count === bytes.length) return;
      wire.rest = bytes.subarray(count);
      return new Promise((resolve) => wire.sent = resolve);
    },
    close() {
      if (!wire.open) return;
      end(wire);
      socket.end();
    },
    ref: () => socket.ref(),
    unref: () => socket.unref(),
  };
}

/** A byte stream that the other side has closed. */
export function endedStream(): ByteStream {
  return { receive: (sink) => sink.ended(), send() {}, close() {}, ref() {}, unref() {} };
}
