/**
 * Connections on Deno: `Deno.listen`, `Deno.connect`. A unix socket where the
 * permissions are whole, else TCP on 127.0.0.1.
 *
 * @module
 */
import type { ByteSink, ByteStream, Network, SocketListener } from "../../src/runtime/adapter.ts";
import { ConnectError } from "../../src/errors.ts";
import { oomKills as readOomKills } from "../posix/cgroup.ts";
import { createJournal, freezeJournal, openJournal, peekJournal, readJournal, ticksOf } from "./journal.ts";
import { commandLine, remedy, saidBy, whole } from "./permissions.ts";

/** Unix sockets need read, write and net whole: a scope on Deno names one exact path. */
const UNIX = ["read", "write", "net"] as const;

/** Milliseconds after which a caller tries again whom the system cannot let wait. */
const AGAIN = 20;

export function listen(beside?: string): SocketListener {
  if (Deno.build.os !== "windows" && UNIX.every((name) => whole(name))) {
    if (!beside?.startsWith("unix:")) return listenInFolder();
    const path = `${beside.slice("unix:".length).replace(/[^/]*$/, "")}${Deno.pid}`;
    return listenUnix(path, () => remove(path));
  }
  const hostname = "127.0.0.1";
  if (!whole("net", `${hostname}:0`)) {
    const message = `Cannot listen for other processes: the network is not permitted, ${remedy("net", hostname)}`;
    throw new ConnectError(message, hostname);
  }
  let socket: Deno.Listener;
  try {
    socket = Deno.listen({ hostname, port: 0 });
  } catch (cause) {
    throw new ConnectError(`Cannot listen for other processes: ${saidBy(cause)}`, hostname, cause);
  }
  return listening(socket, `tcp:127.0.0.1:${(socket.addr as Deno.NetAddr).port}`, () => {});
}

function listenInFolder(): SocketListener {
  sweep();
  const folder = Deno.makeTempDirSync({ prefix: `brood-${Deno.pid}-` });
  return listenUnix(`${folder}/link`, () => Deno.removeSync(folder, { recursive: true }));
}

/** At a given address. A file that is there already is not replaced. */
export function listenAt(address: string): SocketListener {
  const [transport, ...rest] = address.split(":");
  try {
    if (transport === "unix") {
      const path = rest.join(":");
      return listenUnix(path, () => remove(path));
    }
    const hostname = rest.slice(0, -1).join(":");
    const socket = Deno.listen({ hostname, port: Number(rest.at(-1)) });
    return listening(socket, `tcp:${hostname}:${(socket.addr as Deno.NetAddr).port}`, () => {});
  } catch (cause) {
    throw new ConnectError(`Cannot listen at ${address}: ${saidBy(cause)}`, address, cause);
  }
}

function listenUnix(path: string, clean: () => void): SocketListener {
  const socket = Deno.listen({ transport: "unix", path });
  Deno.chmodSync(path, 0o600);
  return listening(socket as unknown as Deno.Listener, `unix:${path}`, clean);
}

/** Its folder may be gone before. */
function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // nothing is left
  }
}

/** Removes the folders of owners that were killed. */
function sweep(): void {
  if (commandLine() === null) return; // without --allow-all it cannot be told who lives
  const folder = Deno.env.get("TMPDIR") ?? "/tmp";
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const owner = /^brood-(\d+)-/.exec(name)?.[1];
    if (!isDirectory || owner === undefined) continue;
    try {
      Deno.statSync(`/proc/${owner}`);
    } catch {
      try {
        Deno.removeSync(`${folder}/${name}`, { recursive: true });
      } catch {
        // another process was faster, or it is not ours
      }
    }
  }
}

function listening(socket: Deno.Listener, address: string, clean: () => void): SocketListener {
  let open = true;
  socket.unref();
  return {
    address,
    async accept(take) {
      while (open) {
        try {
          take(duplex(await socket.accept()));
        } catch (error) {
          if (open && !(error instanceof Deno.errors.BadResource)) await new Promise((again) => setTimeout(again, 50));
        }
      }
    },
    close() {
      if (!open) return;
      open = false;
      socket.close();
      clean();
    },
  };
}

export async function connect(address: string): Promise<ByteStream> {
  const [transport, ...rest] = address.split(":");
  for (;;) {
    try {
      if (transport === "unix") return duplex(await Deno.connect({ transport, path: rest.join(":") }));
      return duplex(await Deno.connect({ hostname: rest.slice(0, -1).join(":"), port: Number(rest.at(-1)) }));
    } catch (cause) {
      // More callers wait there than the system lets: this one waits here.
      if (!(cause instanceof Deno.errors.WouldBlock)) {
        throw new ConnectError(`Cannot connect to ${address}: ${saidBy(cause)}`, address, cause);
      }
    }
    await new Promise((again) => setTimeout(again, AGAIN));
  }
}

interface Socket {
  setNoDelay(on: boolean): void;
  ref(): void;
  unref(): void;
}

function duplex(conn: Deno.Conn): ByteStream {
  let open = true;
  if ("setNoDelay" in conn) (conn as Deno.Conn & Socket).setNoDelay(true);
  const close = () => {
    if (!open) return;
    open = false;
    conn.close();
  };
  return {
    async receive(sink: ByteSink) {
      try {
        for (;;) {
          const count = await conn.read(sink.space());
          if (count === null) break;
          sink.filled(count);
        }
      } catch (error) {
        if (open && !isDisconnect(error)) throw error;
      }
      sink.ended();
    },
    async send(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
      } catch (error) {
        if (open && !isDisconnect(error)) throw error;
      }
    },
    close,
    ref: () => (conn as Deno.Conn & Socket).ref(),
    unref: () => (conn as Deno.Conn & Socket).unref(),
  };
}

function isDisconnect(error: unknown): boolean {
  const { BrokenPipe, ConnectionReset, ConnectionAborted, BadResource, Interrupted, NotConnected } = Deno.errors;
  return [BrokenPipe, ConnectionReset, ConnectionAborted, BadResource, Interrupted, NotConnected].some((kind) =>
    error instanceof kind
  );
}

/** Journals lie beside the socket. */
export const journals: NonNullable<Network["journals"]> = {
  format: "appended",
  create: createJournal,
  open: openJournal,
  freeze: freezeJournal,
  ticks: ticksOf,
  peek: peekJournal,
  read: readJournal,
};

/** Of this process's control group. */
export function oomKills(): number | null {
  return readOomKills((path) => Deno.readTextFileSync(path));
}
