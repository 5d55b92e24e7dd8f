/**
 * The folder in which a process can be reached: where it may be, what it is called,
 * and how the folders of processes that were killed are told from those in use. A
 * process id alone says nothing: programs in different pid namespaces may share the
 * folder around. One of another namespace is in use while its sockets take
 * connections.
 *
 * @module
 */
import { type Files, removeIfPossible } from "./files.ts";
import { pidNamespace, type ProcessFiles } from "./owner.ts";

/** The flag of a socket that listens, in the system's table of unix sockets. */
const LISTENS = " 00010000 ";

/** Name of the socket of the process that made the folder; those of its children are called by their process id. */
export const OWN_SOCKET = "link";
/** Process id of its maker, that one's pid namespace or 0, and a number of its own. */
const FOLDER = /^brood-(\d+)-(\d+)-[0-9a-f]{8}$/;
const SOCKET = /^(link|\d+)$/;
/** Bytes that a socket's path may have: Linux has room for 108, macOS for 104, each with a zero at the end. */
const PATH_BYTES = 103;
/** Bytes of the longest path below the folder around: a folder of ours, and in it the socket of a child. */
const SUFFIX_BYTES = "/brood-4194304-4294967295-00000000/4194304".length;
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
export function newSocketFolder(root: string, pid: number, system: ProcessFiles): string {
  const number = crypto.getRandomValues(new Uint8Array(4)).toHex();
  return `${root}/brood-${pid}-${pidNamespace(pid, system) ?? 0}-${number}`;
}

/** The process whose socket this is, as far as its path tells, and the folder's. For a guess only. */
export function pidOfSocket(path: string): number | null {
  const [, owner, child] = /\/brood-(\d+)-[^/]*\/(?:link|(\d+))$/.exec(path) ?? [];
  return owner === undefined ? null : Number(child ?? owner);
}

/** What the sweep asks the runtime. */
export interface Prober extends ProcessFiles {
  readonly pid: number;
  /** Whether somebody takes connections at the path of a socket, or may do so. */
  isServed(path: string): Promise<boolean>;
  /** Resolves after so many milliseconds; holds no program. */
  pause(milliseconds: number): Promise<void>;
}

/**
 * Whether a socket of this network namespace listens at a path; null where the system has no table of them, or does not
 * show it.
 */
export function isListening(path: string, system: ProcessFiles): boolean | null {
  const table = attempt(() => system.read("/proc/net/unix"));
  if (table === undefined) return null;
  const end = ` ${path.replace(/^\0/, "@")}`;
  return table.split("\n").some((line) => line.endsWith(end) && line.includes(LISTENS));
}

/**
 * Removes the folders in `root` of processes that are gone: those of this pid namespace at once, others when their
 * sockets refuse.
 */
export async function sweepSocketFolders(root: string, files: Files, prober: Prober): Promise<void> {
  const namespace = pidNamespace(prober.pid, prober);
  const uncertain: string[] = [];
  for (const name of attempt(() => files.names(root)) ?? []) {
    const [, maker, made] = FOLDER.exec(name) ?? [];
    if (maker === undefined || Number(maker) === prober.pid && made === namespace) continue;
    const folder = `${root}/${name}`;
    if (made !== namespace) uncertain.push(folder);
    else if (!prober.isAlive(Number(maker))) {
      if (childSockets(folder, files).some((pid) => prober.isAlive(pid))) uncertain.push(folder);
      else removeIfPossible(files, folder);
    }
  }
  for (const folder of uncertain) {
    if (await isAbandoned(folder, files, prober)) removeIfPossible(files, folder);
  }
}

/**
 * Removes the folder of a process that a signal has ended before it could do so.
 *
 * @param roots where it may lie
 */
export function removeSocketFolder(pid: number, roots: readonly string[], files: Files, prober: Prober): void {
  // The namespace of a process that has ended is not told any more; a child has its parent's unless somebody changed it.
  const prefix = `brood-${pid}-${pidNamespace(prober.pid, prober) ?? 0}-`;
  for (const root of roots) {
    const names = attempt(() => files.names(root)) ?? [];
    for (const name of names.filter((each) => each.startsWith(prefix))) removeIfPossible(files, `${root}/${name}`);
  }
}

/** Process ids of the children whose sockets lie in a folder. */
function childSockets(folder: string, files: Files): number[] {
  return (attempt(() => files.names(folder)) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function isAbandoned(folder: string, files: Files, prober: Prober): Promise<boolean> {
  for (let probe = 0; probe < PROBES; probe++) {
    if (probe > 0) await prober.pause(PROBE_PAUSE_MS);
    const sockets = attempt(() => files.names(folder))?.filter((name) => SOCKET.test(name));
    if (sockets === undefined) return false; // another user's, or gone already
    if (sockets.length === 0) return Date.now() - (attempt(() => files.changedAt(folder)) ?? Infinity) > YOUNG_MS;
    for (const name of sockets) {
      const path = `${folder}/${name}`;
      // Only who is not known to listen is called: it would be a caller to him.
      if (isListening(path, prober) === true || await prober.isServed(path)) return false;
    }
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
