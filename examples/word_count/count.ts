/** The task: reads files, cuts them into words and counts these. Runs in the workers, and alone for comparison. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { reasonOf } from "./files.ts";

/** What one task found. */
export interface Count {
  pid: number;
  files: number;
  bytes: number;
  words: string[];
  /** How often each of the words occurs. */
  counts: number[];
  unreadable: [path: string, reason: string][];
}

/** Counts the words of some files together; one that cannot be read is noted. */
export function countBatch(paths: string[]): Count {
  const found = new Map<string, number>();
  const count: Count = { pid: process.pid, files: 0, bytes: 0, words: [], counts: [], unreadable: [] };
  for (const path of paths) {
    try {
      const bytes = readFileSync(path);
      countText(new TextDecoder().decode(bytes), found);
      count.files++;
      count.bytes += bytes.length;
    } catch (error) {
      count.unreadable.push([path, reasonOf(error)]);
    }
  }
  for (const [word, times] of merged(found)) {
    count.words.push(word);
    count.counts.push(times);
  }
  return count;
}

/** A word is a letter with letters and digits after it; whatever is not ASCII counts as a letter, but for U+FFFD. */
const WORD = /[A-Za-z\u0080-\ufffc\ufffe\uffff][A-Za-z0-9\u0080-\ufffc\ufffe\uffff]*/g;

function countText(text: string, found: Map<string, number>): void {
  for (const [word] of text.matchAll(WORD)) found.set(word, (found.get(word) ?? 0) + 1);
}

/** Upper and lower case together. Only of ASCII: runtimes know different versions of Unicode. */
function merged(found: Map<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word, times] of found) {
    const lower = word.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
    counts.set(lower, (counts.get(lower) ?? 0) + times);
  }
  return counts;
}
