/** The counts of all tasks, added up. */
import type { Count } from "./count.ts";
import type { Listing } from "./files.ts";

/** What one process did. */
export interface Share {
  files: number;
  bytes: number;
}

/** The counts of all tasks, added up. */
export class Tally {
  files = 0;
  bytes = 0;
  readonly words: Map<string, number> = new Map();
  readonly unreadable: [path: string, reason: string][] = [];
  /** By process id. */
  readonly shares: Map<number, Share> = new Map();

  /** Adds what one task found. */
  add({ pid, files, bytes, words, counts, unreadable }: Count): void {
    this.files += files;
    this.bytes += bytes;
    this.unreadable.push(...unreadable);
    words.forEach((word, at) => this.words.set(word, (this.words.get(word) ?? 0) + counts[at]!));
    const share = this.shares.get(pid) ?? { files: 0, bytes: 0 };
    this.shares.set(pid, { files: share.files + files, bytes: share.bytes + bytes });
  }

  /** Words by how often they occur, most frequent first; the same order everywhere. */
  ranking(): [word: string, count: number][] {
    return [...this.words].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }
}

/** Fingerprint of everything that was counted, and of what could not be read. */
export async function digestOf(tally: Tally, { unreadable }: Listing): Promise<string> {
  const missing = [...unreadable, ...tally.unreadable].map(([path]) => path).sort();
  const text = JSON.stringify([tally.files, tally.bytes, tally.ranking(), missing]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash).slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
