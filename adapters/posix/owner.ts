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
  try {
    return `${pid} ${namespaceOf(pid, files)} ${startOf(pid, files)}`;
  } catch {
    return `${pid}`;
  }
}

/**
 * Whether the process of that name is certainly gone.
 *
 * @param self id of this process
 */
export function isOwnerGone(owner: string, self: number, files: ProcessFiles): boolean {
  const [, id, namespace, start] = /^(\d+)(?: (\d+) (\d+))?$/.exec(owner) ?? [];
  const pid = Number(id);
  if (!(pid > 0)) return false;
  let own: string | undefined;
  try {
    own = namespaceOf(self, files);
  } catch {
    // a system without namespaces, or one that does not show them
  }
  if (own !== namespace) return false;
  if (own === undefined) return !files.isAlive(pid);
  try {
    return startOf(pid, files) !== start;
  } catch {
    return !files.isAlive(pid); // one that others may not look at is there all the same
  }
}

/** Number of the pid namespace. @throws `/proc` shows another one, or nothing */
function namespaceOf(self: number, files: ProcessFiles): string {
  if (files.link("/proc/self") !== String(self)) throw new Error("/proc is of another namespace");
  return /\d+/.exec(files.link("/proc/self/ns/pid"))![0];
}

/** When a process was started, in clock ticks since the system was: the 22nd field; the second may hold anything. */
function startOf(pid: number, files: ProcessFiles): string {
  const text = files.read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19]!;
}
