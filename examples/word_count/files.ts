/** Which files are counted, and in what portions they are handed out. */
import { readdirSync, statSync } from "node:fs";

/** Endings of text and declaration files. */
const ENDINGS = /\.(?:[cm]?ts|[cm]?js|json|map|mdx?|txt)$/i;
/** Bytes after which a batch is full: much work for one message, little for one worker. */
const BATCH = 1024 * 1024;

/** A file to count. */
export interface TextFile {
  path: string;
  bytes: number;
}

/** What a folder holds. */
export interface Listing {
  files: TextFile[];
  /** Size of all files together. */
  bytes: number;
  /** What could not be looked at, with the reason. */
  unreadable: [path: string, reason: string][];
}

/**
 * Text files below a folder, largest first. A folder below that cannot be read is noted; links to folders are not followed.
 *
 * @throws {Error} the folder itself cannot be read
 */
export function listFiles(folder: string): Listing {
  const listing: Listing = { files: [], bytes: 0, unreadable: [] };
  const folders = [folder];
  for (let at = 0; at < folders.length; at++) {
    const below = folders[at]!;
    try {
      for (const entry of readdirSync(below, { withFileTypes: true })) {
        const path = `${below}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (ENDINGS.test(entry.name)) note(listing, path);
      }
    } catch (error) {
      if (at === 0) throw error;
      listing.unreadable.push([below, reasonOf(error)]);
    }
  }
  // Largest first: a large file that starts last would keep one worker busy while the others have nothing left.
  listing.files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return listing;
}

function note(listing: Listing, path: string): void {
  try {
    const status = statSync(path); // through links
    if (!status.isFile()) return; // a pipe would never end
    listing.files.push({ path, bytes: status.size });
    listing.bytes += status.size;
  } catch (error) {
    listing.unreadable.push([path, reasonOf(error)]);
  }
}

/** Portions of about the same size, made when they are asked for. */
export function* batchesOf(files: TextFile[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file.path);
    bytes += file.bytes;
    if (bytes < BATCH) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Why a file could not be read, in words that are the same on every runtime. */
export function reasonOf(error: unknown): string {
  return (error as { code?: string }).code ?? (error as Error).name;
}
