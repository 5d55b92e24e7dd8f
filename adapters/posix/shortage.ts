/**
 * What to do when the system has too little of something to start a process.
 *
 * @module
 */

/** Remedies by name and number of the error. */
const REMEDIES: readonly [name: string, number: number, remedy: string][] = [
  ["EAGAIN", 11, "end some processes of this user or container, or raise ulimit -u or pids.max"],
  ["EMFILE", 24, "close some files or sockets of this process, or raise ulimit -n"],
  ["ENFILE", 23, "close some files or sockets on this machine, or raise fs.file-max"],
  ["ENOMEM", 12, "free some memory, or give this container more"],
];

/** The remedy for an error that tells of a shortage; null for any other. */
export function shortageRemedy(cause: unknown): string | null {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const found = REMEDIES.find(([name, number]) =>
    code === name || new RegExp(`\\b${name}\\b|os error ${number}\\b`).test(String(message))
  );
  return found?.[2] ?? null;
}
