/**
 * Connections on Bun: `Bun.listen`, `Bun.connect`, always unix sockets. A socket
 * may take less than it is given and calls back for the rest.
 *
 * @module
 */
import type { ByteSink, ByteStream, Network, SocketListener } from "../../src/runtime/adapter.ts";
import { ConnectError } from "../../src/errors.ts";
import { oomKills as readOomKills } from "../posix/cgroup.ts";
import { createJournal, freezeJournal, openJournal, peekJournal, readJournal, ticksOf } from "./journal.ts";
import { fs, process } from "./self.ts";
import type { Bun as BunScope, Socket, SocketHandler } from "./types.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope };

/** Milliseconds after which a caller tries again whom the system cannot let wait. */
const AGAIN = 20;

interface Wire {
  sink: ByteSink | null;
  early: Uint8Array[];
  rest: Uint8Array;
  sent: (() => void) | null;
  open: boolean;
}

const handlers: SocketHandler<Wire> = {
  data({ data: wire }, bytes) {
    if (wire.sink === null) wire.early.push(bytes.slice());
    else feed(wire.sink, bytes);
  },
  drain(socket) {
    const wire = socket.data;
    wire.rest = wire.rest.subarray(Math.max(0, socket.write(wire.rest)));
    if (wire.rest.length === 0) settle(wire);
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

function wireOf(): Wire {
  return { sink: null, early: [], rest: new Uint8Array(0), sent: null, open: true };
}

function duplex(socket: Socket<Wire>): ByteStream {
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

export function listen(beside?: string): SocketListener {
  if (beside?.startsWith("unix:")) {
    const path = `${beside.slice("unix:".length).replace(/[^/]*$/, "")}${process.pid}`;
    return listenUnix(path, () => fs().rmSync(path, { recursive: false, force: true }));
  }
  sweep();
  const folder = fs().mkdtempSync(`${tmp()}/brood-${process.pid}-`);
  return listenUnix(`${folder}/link`, () => fs().rmSync(folder, { recursive: true, force: true }));
}

/** At a given address. A file that is there already is not replaced. */
export function listenAt(address: string): SocketListener {
  const [transport, ...rest] = address.split(":");
  try {
    if (transport !== "unix") return listening({ hostname: rest.slice(0, -1).join(":"), port: Number(rest.at(-1)) });
    const path = rest.join(":");
    if (fs().existsSync(path)) throw new Error("there is something at this path already, remove it");
    return listenUnix(path, () => fs().rmSync(path, { recursive: false, force: true }));
  } catch (cause) {
    throw new ConnectError(`Cannot listen at ${address}: ${(cause as Error).message}`, address, cause);
  }
}

function listenUnix(path: string, clean: () => void): SocketListener {
  const listener = listening({ unix: path }, clean);
  fs().chmodSync(path, 0o600);
  return listener;
}

function listening(at: { unix: string } | { hostname: string; port: number }, clean?: () => void): SocketListener {
  let take: ((duplex: ByteStream) => void) | null = null;
  const server = Bun.listen<Wire>({
    ...at,
    socket: {
      ...handlers,
      open(socket) {
        socket.data = wireOf();
        take?.(duplex(socket));
      },
    },
  });
  server.unref();
  let open = true;
  return {
    address: "unix" in at ? `unix:${at.unix}` : `tcp:${at.hostname}:${server.port}`,
    accept: (taker) => take = taker,
    close() {
      if (!open) return;
      open = false;
      server.stop();
      clean?.();
    },
  };
}

/** A socket path has about 100 bytes at most: a longer folder than this is of no use. */
function tmp(): string {
  const folder = process.env.TMPDIR ?? "/tmp";
  return folder.length > 60 ? "/tmp" : folder.replace(/\/$/, "");
}

/** Removes the folders of owners that were killed. */
function sweep(): void {
  for (const name of fs().readdirSync(tmp())) {
    const owner = /^brood-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    try {
      fs().rmSync(`${tmp()}/${name}`, { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

/** Whether a process lives, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

export async function connect(address: string): Promise<ByteStream> {
  const [transport, ...rest] = address.split(":");
  for (;;) {
    const data = wireOf();
    try {
      const socket = transport === "unix"
        ? await Bun.connect<Wire>({ unix: rest.join(":"), socket: handlers, data })
        : await Bun.connect<Wire>({
          hostname: rest.slice(0, -1).join(":"),
          port: Number(rest.at(-1)),
          socket: handlers,
          data,
        });
      return duplex(socket);
    } catch (cause) {
      if (!isCrowded(address, cause)) {
        throw new ConnectError(`Cannot connect to ${address}: ${(cause as Error).message}`, address, cause);
      }
    }
    await new Promise((again) => setTimeout(again, AGAIN));
  }
}

/** Whether a refusal means that more callers wait there than the system lets: then the owner lives, and so does its socket. */
function isCrowded(address: string, cause: unknown): boolean {
  const [, path, first, second] = /^unix:(.*\/brood-(\d+)-[^/]*\/(?:link|(\d+)))$/.exec(address) ?? [];
  if (path === undefined || (cause as { code?: string }).code !== "ECONNREFUSED") return false;
  return isAlive(Number(second ?? first)) && fs().existsSync(path);
}

/** Journals lie beside the socket. */
export const journals: NonNullable<Network["journals"]> = {
  format: "mapped",
  create: createJournal,
  open: openJournal,
  freeze: freezeJournal,
  ticks: ticksOf,
  peek: peekJournal,
  read: readJournal,
};

/** Of this process's control group. */
export function oomKills(): number | null {
  return readOomKills((path) => fs().readFileSync(path, "utf8"));
}
