/**
 * Connections on Bun: `Bun.listen`, `Bun.connect`. A unix socket in a folder of this
 * process's own where there is such a folder, else TCP on 127.0.0.1.
 *
 * @module
 */
import type { ByteStream, ListenOptions, SocketListener } from "../../src/runtime/network.ts";
import type { ConnectError } from "../../src/errors.ts";
import { lackOfDescriptors } from "../../src/runtime/load_part.ts";
import { connectError } from "../posix/connect_error.ts";
import { isAbstract, parseAddress } from "../posix/address.ts";
import { oomKills as readOomKills } from "../posix/cgroup.ts";
import { removeIfPossible } from "../posix/files.ts";
import { type BareListener, keepListening, RESTORE_MS } from "../posix/kept_listener.ts";
import {
  isListening,
  newSocketFolder,
  OWN_SOCKET,
  pidOfSocket,
  type Prober,
  removeSocketFolder,
  socketRoots,
  sweepSocketFolders,
} from "../posix/socket_folder.ts";
import { files } from "./files.ts";
import { Bun, fs, process, START } from "./globals.ts";
import { processFiles } from "./process_files.ts";
import { endedStream, handlers, newWire, streamOf, type Wire } from "./streams.ts";
import { unrefTimeout } from "./timer.ts";

export { journals } from "./journal.ts";

const LOOPBACK = "127.0.0.1";
/** Milliseconds after which a caller tries again whom the system cannot let wait. */
const RETRY_MS = 20;
/**
 * So often a socket must be missing in the system's table of those that listen: one look at it may miss a socket, while
 * others come and go.
 */
const LOOKS = 4;
/** Milliseconds for which a caller waits for a living owner to make its folder again. */
const RESTORED_MS = 2 * RESTORE_MS;

export function listen({ beside }: ListenOptions = {}): SocketListener {
  return listenBeside(beside) ?? listenInFolder() ?? listenOnLoopback();
}

/** In the folder of a parent; null where that cannot be. */
function listenBeside(beside: string | undefined): SocketListener | null {
  if (!beside?.startsWith("unix:/")) return null;
  const path = `${beside.slice("unix:".length).replace(/[^/]*$/, "")}${process.pid}`;
  const parent = process.ppid;
  try {
    return keep(path, path, () => process.ppid === parent);
  } catch {
    return null; // no room there, or the folder is gone
  }
}

function roots(): string[] {
  return socketRoots(process.env.TMPDIR, START.cwd);
}

/** Removes what a child was reached by that a signal has ended. */
export function removeSocketsOf(child: number): void {
  removeSocketFolder(child, roots(), files, prober);
}

/** In a folder of its own; null where there can be none. */
function listenInFolder(): SocketListener | null {
  for (const root of roots()) {
    const folder = newSocketFolder(root, process.pid, prober);
    try {
      files.makeFolder(folder);
    } catch {
      continue; // there is no such folder, no room in it, or it is not for this user to write
    }
    try {
      const listener = keep(`${folder}/${OWN_SOCKET}`, folder, () => true);
      void sweepSocketFolders(root, files, prober);
      return listener;
    } catch {
      removeIfPossible(files, folder);
    }
  }
  return null;
}

function keep(path: string, owned: string, mayRestore: () => boolean): SocketListener {
  return keepListening({ path, owned, mayRestore }, files, listenPrivately, unrefTimeout);
}

function listenOnLoopback(): SocketListener {
  try {
    return listenTcp(LOOPBACK, 0);
  } catch (cause) {
    throw refusal("listen for other processes", LOOPBACK, cause);
  }
}

function listenTcp(hostname: string, port: number): SocketListener {
  const socket = bare({ hostname, port });
  return plain(`tcp:${hostname}:${socket.port}`, socket, () => {});
}

/** At a given address. */
export function listenAt(address: string): SocketListener {
  const at = parseAddress(address);
  try {
    if (at.transport === "tcp") return listenTcp(at.hostname, at.port);
    if (isAbstract(at.path)) return plain(address, bare({ unix: at.path }), () => {});
    // Bun would replace it.
    if (files.exists(at.path)) throw new Error("there is something at this path already, remove it");
    return plain(address, listenPrivately(at.path), () => removeIfPossible(files, at.path));
  } catch (cause) {
    throw refusal(`listen at ${address}`, address, cause);
  }
}

/** Bun does not say that it has no descriptor left. */
function refusal(act: string, address: string, cause: unknown): ConnectError {
  const known = lackOfDescriptors() ?? cause;
  return connectError(act, address, known, (known as Error).message);
}

/** At a path that nobody else can reach at any time: its mode is set before it is there. */
function listenPrivately(path: string): BareListener {
  const mask = process.umask(0o177);
  try {
    return bare({ unix: path });
  } finally {
    process.umask(mask);
  }
}

function plain(address: string, listener: BareListener, clean: () => void): SocketListener {
  let isOpen = true;
  return {
    address,
    accept: listener.accept,
    restore() {},
    close() {
      if (!isOpen) return;
      isOpen = false;
      listener.close();
      clean();
    },
  };
}

function bare(at: { unix: string } | { hostname: string; port: number }): BareListener & { readonly port: number } {
  let take: ((stream: ByteStream) => void) | null = null;
  let isOpen = true;
  const server = Bun.listen<Wire>({
    ...at,
    socket: {
      ...handlers,
      open(socket) {
        socket.data = newWire();
        take?.(streamOf(socket));
      },
    },
  });
  server.unref();
  return {
    port: server.port,
    accept(taker) {
      take = taker;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      server.stop();
    },
  };
}

export async function connect(address: string): Promise<ByteStream> {
  const at = parseAddress(address);
  const place = at.transport === "unix" ? { unix: at.path } : { hostname: at.hostname, port: at.port };
  let patience = RESTORED_MS;
  let looks = 0;
  for (;;) {
    try {
      return streamOf(await Bun.connect<Wire>({ ...place, socket: handlers, data: newWire() }));
    } catch (cause) {
      const { code } = cause as { code?: string };
      // It was taken, and closed by the other side before Bun has told this one.
      if (code === "ECONNRESET") return endedStream();
      // Bun tells a socket with too many callers from one that is left over as little as the system's call does.
      const isCrowded = code === "ECONNREFUSED" && at.transport === "unix" &&
        (seemsToListen(at.path) || files.exists(at.path) && ++looks < LOOKS);
      const isAway = code === "ENOENT" && at.transport === "unix" && isOwnerAlive(at.path);
      if (!isCrowded && !(isAway && (patience -= RETRY_MS) > 0)) {
        throw refusal(`connect to ${address}`, address, cause);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Whether a socket listens, as far as the system, or else its path, tells. */
function seemsToListen(path: string): boolean {
  return isListening(path, prober) ?? (isOwnerAlive(path) && files.exists(path));
}

/** Whether the owner of a socket lives, as far as its path tells. */
function isOwnerAlive(path: string): boolean {
  const pid = pidOfSocket(path);
  return pid !== null && processFiles.isAlive(pid);
}

const prober: Prober = {
  ...processFiles,
  get pid() {
    return process.pid;
  },
  async isServed(path) {
    try {
      (await Bun.connect<Wire>({ unix: path, socket: handlers, data: newWire() })).end();
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      return code !== "ECONNREFUSED" && code !== "ENOENT";
    }
  },
  pause: (milliseconds) => new Promise((resolve) => unrefTimeout(milliseconds, resolve)),
};

/** Of this process's control group. */
export function oomKills(): number | null {
  return readOomKills((path) => fs().readFileSync(path, "utf8"));
}
