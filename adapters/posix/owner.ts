/**
 * Who made something that outlives its maker, such as shared memory: a process id
 * with what makes it unique, its pid namespace and the time of its start. Somebody
 * in another namespace cannot be seen from here, and counts as alive.
 *
 * @module
 */

/** Reads of `/proc`, which throw where there is none. */
export interface ProcessFiles {
  /** Text of a file. */
  read(path: string): string;
  /** Where a link leads. */
  link(path: string): string;
  /** Whether a process is there, whoever's it is; asked where there is no `/proc`. */
  isAlive(pid: number): boolean;
}

/** This process as others can tell whether it lives; at most 47 ASCII characters. */
export function ownerName(pid: number, files: ProcessFiles): string {
  const namespace = pidNamespace(pid, files);
  return namespace === null ? `${pid}` : `${pid} ${namespace} ${startOf(pid, files)}`;
}

/**
 * Whether the process of that name is certainly gone.
 *
 * @param self id of this process
 */
export function isOwnerGone(owner: string, self: number, files: ProcessFiles): boolean {
  const [, id, namespace = null, start] = /^(\d+)(?: (\d+) (\d+))?$/.exec(owner) ?? [];
  const pid = Number(id);
  if (!(pid > 0) || pidNamespace(self, files) !== namespace) return false;
  if (namespace === null) return !files.isAlive(pid);
  try {
    return startOf(pid, files) !== start;
  } catch {
    return !files.isAlive(pid); // one that others may not look at is there all the same
  }
}

/** Number of the pid namespace; null where there is none, or `/proc` shows another one, or nothing. */
export function pidNamespace(self: number, files: ProcessFiles): string | null {
  try {
    return files.link("/proc/self") === String(self) ? /\d+/.exec(files.link("/proc/self/ns/pid"))![0] : null;
  } catch {
    return null;
  }
}

/** When a process was started, in clock ticks since the system was: the 22nd field; the second may hold anything. */
function startOf(pid: number, files: ProcessFiles): string {
  const text = files.read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19]!;
}
