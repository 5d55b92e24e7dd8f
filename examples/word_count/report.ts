/** What the count found, as text for people. */
import type { Listing } from "./files.ts";
import type { Tally } from "./tally.ts";

const TOP = 10;
/** Files that could not be read are named up to this number. */
const NAMED = 20;

interface Timed {
  tally: Tally;
  seconds: number;
}

/** Prints the words, the shares of the workers, and the times. */
export function printReport(listing: Listing, together: Timed, alone: Timed): void {
  const { tally } = together;
  console.log(
    `files       ${number(tally.files)}, ${megabytes(tally.bytes)}, ${number(tally.words.size)} different words`,
  );
  printUnreadable([...listing.unreadable, ...tally.unreadable]);
  if (tally.files === 0) return;
  const ranking = tally.ranking().slice(0, TOP);
  ranking.forEach(([word, count], at) => console.log(`${label("top words", at)}${number(count).padStart(9)}  ${word}`));
  [...tally.shares].sort(([a], [b]) => a - b).forEach(([pid, { files, bytes }], at) => {
    const percent = `${Math.round(100 * bytes / (tally.bytes || 1))}%`;
    console.log(`${label("workers", at)}pid ${pid}: ${percent}, ${number(files)} files, ${megabytes(bytes)}`);
  });
  console.log(
    `time        ${together.seconds.toFixed(2)} s with the pool, ${alone.seconds.toFixed(2)} s in one process: ` +
      `${(alone.seconds / together.seconds).toFixed(2)} times as fast`,
  );
}

function printUnreadable(unreadable: [path: string, reason: string][]): void {
  if (unreadable.length === 0) return;
  unreadable.sort(([a], [b]) => a < b ? -1 : 1);
  console.log(`unreadable  ${number(unreadable.length)}`);
  // Quoted: a name may hold anything, even line ends.
  for (const [path, reason] of unreadable.slice(0, NAMED)) console.log(`            ${reason} ${JSON.stringify(path)}`);
}

function label(text: string, at: number): string {
  return (at === 0 ? text : "").padEnd(12);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
