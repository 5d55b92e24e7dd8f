/**
 * Whether an error tells that the system is short of descriptors, processes, memory
 * or room, which may pass, and what to do about it.
 *
 * @module
 */

/** What the system says of each shortage, its number, and the remedy. */
const SHORTAGES: readonly [name: string, number: number, text: string, remedy: string][] = [
  [
    "EAGAIN",
    11,
    "resource temporarily unavailable",
    "end some processes of this user or container, or raise ulimit -u or pids.max",
  ],
  ["EMFILE", 24, "too many open files", "close some files or sockets of this process, or raise ulimit -n"],
  ["ENFILE", 23, "too many open files in system", "close some files or sockets on this machine, or raise fs.file-max"],
  ["ENOMEM", 12, "cannot allocate memory", "free some memory, or give this container more"],
  ["ENOBUFS", 105, "no buffer space available", "close some sockets, or give this machine more memory"],
  ["ENOSPC", 28, "no space left on device", "make room on the disk"],
];

/** Causes of an error that are looked at. */
const MAX_CAUSES = 5;

/** The remedy for an error that tells of a shortage, itself or by one of its causes; null for any other. */
export function shortageRemedy(error: unknown): string | null {
  for (let depth = 0; error instanceof Error && depth < MAX_CAUSES; depth++, error = error.cause) {
    const { code, message } = error as { code?: unknown; message: unknown };
    const said = String(message);
    const found = SHORTAGES.find(([name, number]) =>
      code === name || new RegExp(`\\b${name}\\b|os error ${number}\\b`).test(said)
    ) ?? SHORTAGES.find(([, , text]) =>
      said.toLowerCase().includes(text)
    );
    if (found !== undefined) return found[3];
  }
  return null;
}

/** Whether an error tells of a shortage. */
export function isShortage(error: unknown): boolean {
  return shortageRemedy(error) !== null;
}
