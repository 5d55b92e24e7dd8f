/**
 * The folder in which a process can be reached: where it may be, what it is called,
 * and how the folders of processes that were killed are told from those in use. A
 * process id says nothing here: programs in different pid namespaces may share the
 * folder around. A folder is in use while one of its sockets takes connections.
 *
 * @module
 */
import { type Files, removeIfPossible } from "./files.ts";

/** The flag of a socket that listens, in the system's table of unix sockets. */
const LISTENS = " 00010000 ";

/** Name of the socket of the process that made the folder; those of its children are called by their process id. */
export const OWN_SOCKET = "link";
const FOLDER = /^brood-\d+-[0-9a-f]{8}$/;
const SOCKET = /^(link|\d+)$/;
/** Bytes that a socket's path may have: Linux has room for 108, macOS for 104, each with a zero at the end. */
const PATH_BYTES = 103;
/** Bytes of the longest path below the folder around: a folder of ours, and in it the socket of a child. */
const SUFFIX_BYTES = "/brood-4194304-00000000/4194304".length;
/** Where else, in this order, when the folder for temporary files cannot be used. */
const FALLBACKS = ["/tmp", "/var/tmp", "/dev/shm"];
/** A folder without a socket may be one that is being made. It is left alone for so long, in milliseconds. */
const YOUNG_MS = 600_000;
/** A socket that refuses once may be bound and not yet listen, or have too many callers: it is asked so often, … */
const PROBES = 3;
/** … with as many milliseconds between. */
const PROBE_PAUSE_MS = 100;

/**
 * Folders in which sockets may be put, the best first; those whose path is too long are left out.
 *
 * @param wanted the user's folder for temporary files; empty or absent: there is none
 * @param cwd the directory that a relative one counts from
 */
export function socketRoots(wanted: string | undefined, cwd: string | null): string[] {
  const trimmed = wanted?.replace(/(?<=.)\/+$/, "") ?? "";
  const absolute = trimmed.startsWith("/") ? trimmed : trimmed !== "" && cwd !== null ? `${cwd}/${trimmed}` : null;
  const roots = absolute === null ? FALLBACKS : [absolute, ...FALLBACKS.filter((root) => root !== absolute)];
  return roots.filter((root) => new TextEncoder().encode(root).length + SUFFIX_BYTES <= PATH_BYTES);
}

/** Path of a new folder of process `pid`, not made yet. */
export function newSocketFolder(root: string, pid: number): string {
  return `${root}/brood-${pid}-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
}

/** The process whose socket this is, as far as its path tells, and the folder's. For a guess only. */
export function pidOfSocket(path: string): number | null {
  const [, owner, child] = /\/brood-(\d+)-[^/]*\/(?:link|(\d+))$/.exec(path) ?? [];
  return owner === undefined ? null : Number(child ?? owner);
}

/**
 * Whether a socket of this network namespace listens at a path; null where the system has no table of them, or does not
 * show it.
 */
export function isListening(path: string, read: (path: string) => string): boolean | null {
  const table = attempt(() => read("/proc/net/unix"));
  if (table === undefined) return null;
  const end = ` ${path.replace(/^\0/, "@")}`;
  return table.split("\n").some((line) => line.endsWith(end) && line.includes(LISTENS));
}

/**
 * Removes the folders in `root` of processes that are gone, whatever else is known of them.
 *
 * @param isServed whether somebody takes connections at the path of a socket, or may do so
 * @param pause resolves after so many milliseconds; holds no program
 */
export async function sweepSocketFolders(
  root: string,
  files: Files,
  isServed: (path: string) => Promise<boolean>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const found = attempt(() => files.names(root)) ?? [];
  await Promise.all(
    found.filter((name) => FOLDER.test(name)).map(async (name) => {
      const folder = `${root}/${name}`;
      if (await isAbandoned(folder, files, isServed, pause)) removeIfPossible(files, folder);
    }),
  );
}

async function isAbandoned(
  folder: string,
  files: Files,
  isServed: (path: string) => Promise<boolean>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  for (let probe = 0; probe < PROBES; probe++) {
    if (probe > 0) await pause(PROBE_PAUSE_MS);
    const sockets = attempt(() => files.names(folder))?.filter((name) => SOCKET.test(name));
    if (sockets === undefined) return false; // another user's, or gone already
    if (sockets.length === 0) return Date.now() - (attempt(() => files.changedAt(folder)) ?? Infinity) > YOUNG_MS;
    for (const name of sockets) if (await isServed(`${folder}/${name}`)) return false;
  }
  return true;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
