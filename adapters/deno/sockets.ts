/**
 * Connections on Deno: `Deno.listen`, `Deno.connect`. A unix socket in a folder of
 * this process's own where the permissions are whole and there is such a folder,
 * else TCP on 127.0.0.1.
 *
 * @module
 */
import type { ByteStream, ListenOptions, SocketListener } from "../../src/runtime/network.ts";
import { ConnectError } from "../../src/errors.ts";
import { connectError } from "../posix/connect_error.ts";
import { isAbstract, parseAddress } from "../posix/address.ts";
import { oomKills as readOomKills } from "../posix/cgroup.ts";
import { removeIfPossible } from "../posix/files.ts";
import { type BareListener, keepListening, RESTORE_MS } from "../posix/kept_listener.ts";
import {
  newSocketFolder,
  OWN_SOCKET,
  pidOfSocket,
  type Prober,
  removeSocketFolder,
  socketRoots,
  sweepSocketFolders,
} from "../posix/socket_folder.ts";
import { files } from "./files.ts";
import { remedy, saidBy, whole } from "./permissions.ts";
import { START } from "./self.ts";
import { streamOf } from "./streams.ts";
import { unrefTimeout } from "./timer.ts";

export { journals } from "./journal.ts";
export { socketTurn } from "./socket_turn.ts";

/** Unix sockets need read, write and net whole: a scope on Deno names one exact path. */
const UNIX = ["read", "write", "net"] as const;
const LOOPBACK = "127.0.0.1";
/** Milliseconds after which a caller tries again whom the system cannot let wait. */
const RETRY_MS = 20;
/** Milliseconds after which `accept` is tried again when it failed, as it does without descriptors. */
const ACCEPT_RETRY_MS = 50;
/** Milliseconds for which a caller waits for a living owner to make its folder again. */
const RESTORED_MS = 2 * RESTORE_MS;

export function listen({ beside }: ListenOptions = {}): SocketListener {
  const mayBeUnix = Deno.build.os !== "windows" && UNIX.every((name) => whole(name));
  return mayBeUnix ? listenBeside(beside) ?? listenInFolder() ?? listenOnLoopback() : listenOnLoopback();
}

/** In the folder of a parent; null where that cannot be. */
function listenBeside(beside: string | undefined): SocketListener | null {
  if (!beside?.startsWith("unix:/")) return null;
  const path = `${beside.slice("unix:".length).replace(/[^/]*$/, "")}${Deno.pid}`;
  const parent = Deno.ppid;
  try {
    return keep(path, path, () => Deno.ppid === parent);
  } catch {
    return null; // no room there, or the folder is gone
  }
}

function roots(): string[] {
  return socketRoots(whole("env", "TMPDIR") ? Deno.env.get("TMPDIR") : undefined, START.cwd);
}

/** Removes what a child was reached by that a signal has ended. */
export function removeSocketsOf(child: number): void {
  if (UNIX.every((name) => whole(name))) removeSocketFolder(child, roots(), files, prober);
}

/** In a folder of its own; null where there can be none. */
function listenInFolder(): SocketListener | null {
  for (const root of roots()) {
    const folder = newSocketFolder(root, Deno.pid, prober);
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
  return keepListening({ path, owned, mayRestore }, files, openIn, unrefTimeout);
}

/** In a folder that only this user may enter. */
function openIn(path: string): BareListener {
  const socket = listenUnix(path);
  Deno.chmodSync(path, 0o600);
  return bare(socket);
}

function listenOnLoopback(): SocketListener {
  if (!whole("net", `${LOOPBACK}:0`)) {
    const message = `Cannot listen for other processes: the network is not permitted, ${remedy("net", LOOPBACK)}`;
    throw new ConnectError(message, LOOPBACK);
  }
  try {
    return listenTcp(LOOPBACK, 0);
  } catch (cause) {
    throw connectError("listen for other processes", LOOPBACK, cause, saidBy(cause));
  }
}

function listenTcp(hostname: string, port: number): SocketListener {
  const socket = Deno.listen({ hostname, port });
  return plain(`tcp:${hostname}:${(socket.addr as Deno.NetAddr).port}`, bare(socket), () => {});
}

/** At a given address. */
export function listenAt(address: string): SocketListener {
  const at = parseAddress(address);
  try {
    if (at.transport === "tcp") return listenTcp(at.hostname, at.port);
    if (isAbstract(at.path)) return plain(address, bare(listenUnix(at.path)), () => {});
    return plain(address, bare(listenPrivately(at.path)), () => removeIfPossible(files, at.path));
  } catch (cause) {
    throw connectError(`listen at ${address}`, address, cause, saidBy(cause));
  }
}

function listenUnix(path: string): Deno.Listener {
  return Deno.listen({ transport: "unix", path }) as unknown as Deno.Listener;
}

/** At a path that nobody else can reach at any time: its mode is set before it is there. */
function listenPrivately(path: string): Deno.Listener {
  if (whole("sys", "umask")) {
    const mask = Deno.umask(0o177);
    try {
      return listenUnix(path);
    } finally {
      Deno.umask(mask);
    }
  }
  // Without the right to the mask it is made in a folder that only this user may enter, and linked from there.
  const folder = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  if (!whole("read", folder) || !whole("write", folder)) return listenBriefly(path);
  files.makeFolder(folder);
  try {
    const socket = listenUnix(`${folder}/s`);
    try {
      Deno.chmodSync(`${folder}/s`, 0o600);
      Deno.linkSync(`${folder}/s`, path);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  } finally {
    removeIfPossible(files, folder);
  }
}

/**
 * At a path beside which nothing may be written: for the time between two calls others may connect, and wait in vain
 * for an answer unless they have the key.
 */
function listenBriefly(path: string): Deno.Listener {
  const socket = listenUnix(path);
  try {
    Deno.chmodSync(path, 0o600);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
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

function bare(socket: Deno.Listener): BareListener {
  let isOpen = true;
  socket.unref();
  return {
    async accept(take) {
      while (isOpen) {
        try {
          take(streamOf(await socket.accept()));
        } catch (error) {
          if (isOpen && !(error instanceof Deno.errors.BadResource)) await pause(ACCEPT_RETRY_MS);
        }
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      socket.close();
    },
  };
}

export async function connect(address: string): Promise<ByteStream> {
  const at = parseAddress(address);
  let patience = RESTORED_MS;
  for (;;) {
    try {
      return streamOf(await (at.transport === "unix" ? Deno.connect(at) : Deno.connect(at)));
    } catch (cause) {
      const isCrowded = cause instanceof Deno.errors.WouldBlock;
      const isAway = cause instanceof Deno.errors.NotFound && at.transport === "unix" && isOwnerAlive(at.path);
      if (!isCrowded && !(isAway && (patience -= RETRY_MS) > 0)) {
        throw connectError(`connect to ${address}`, address, cause, saidBy(cause));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Whether the owner of a socket lives, as far as its path and the system tell. */
function isOwnerAlive(path: string): boolean {
  const pid = pidOfSocket(path);
  // Who may not see other processes knows its parent.
  return pid !== null && (pid === Deno.ppid || prober.isAlive(pid));
}

const prober: Prober = {
  get pid() {
    return Deno.pid;
  },
  read: (path) => Deno.readTextFileSync(path),
  link: (path) => Deno.readLinkSync(path),
  isAlive: (pid) => files.exists(`/proc/${pid}`),
  async isServed(path) {
    try {
      (await Deno.connect({ transport: "unix", path })).close();
      return true;
    } catch (error) {
      return !(error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.NotFound);
    }
  },
  pause,
};

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => unrefTimeout(milliseconds, resolve));
}

/** Of this process's control group. */
export function oomKills(): number | null {
  return readOomKills((path) => Deno.readTextFileSync(path));
}
