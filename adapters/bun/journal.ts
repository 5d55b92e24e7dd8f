/**
 * A journal on Bun: one file beside the owner's socket, which the child maps and its
 * owner has open. It starts with a word that is not zero while its process is
 * frozen, one that it counts in, and one that counts revocations; then come the notes. All its room is made with
 * it. The owner reads through its own descriptor: whatever is put in the place of
 * the file, or done to its size, concerns the child alone.
 *
 * @module
 */
import type { Journal, Journals } from "../../src/runtime/capabilities.ts";
import { removeIfPossible } from "../posix/files.ts";
import { journalPath, LENGTH_BYTES, NOTES_BYTES, readNotes } from "../posix/journal_format.ts";
import { files } from "./files.ts";
import { Bun, fs } from "./globals.ts";

const HEAD_BYTES = 12;
const COUNT_AT = 4;
const REVOCATIONS_AT = 8;

/** Descriptors of the journals that this process has made, by path. */
const made = new Map<string, number>();
/** How often something was revoked, by path. */
const revoked = new Map<string, number>();

export const journals: Journals = {
  format: "mapped",
  create(address, token) {
    const path = journalPath(address, token);
    if (path === null) return false;
    let descriptor: number | undefined;
    try {
      descriptor = fs().openSync(path, "wx+", 0o600);
      const zeros = new Uint8Array(NOTES_BYTES);
      if (fs().writeSync(descriptor, zeros, 0, NOTES_BYTES, 0) !== NOTES_BYTES) throw new Error("no room");
      made.set(path, descriptor);
      return true;
    } catch {
      if (descriptor !== undefined) fs().closeSync(descriptor);
      removeIfPossible(files, path);
      return false; // no room, no descriptor, or the folder is gone
    }
  },
  open(address, token) {
    const path = journalPath(address, token);
    try {
      return path === null ? null : open(path);
    } catch {
      return null; // there is none, or the owner is ending and its folder is gone
    }
  },
  freeze(address, token) {
    const descriptor = made.get(journalPath(address, token) ?? "");
    if (descriptor === undefined) return false;
    try {
      return fs().writeSync(descriptor, Uint8Array.of(1), 0, 1, 0) === 1;
    } catch {
      return false;
    }
  },
  revoke(address, token) {
    const path = journalPath(address, token) ?? "";
    const descriptor = made.get(path);
    if (descriptor === undefined) return false;
    const count = Int32Array.of((revoked.get(path) ?? 0) + 1);
    try {
      if (fs().writeSync(descriptor, new Uint8Array(count.buffer), 0, 4, REVOCATIONS_AT) !== 4) return false;
    } catch {
      return false;
    }
    revoked.set(path, count[0]!);
    return true;
  },
  ticks(address, token) {
    const bytes = read(address, token, COUNT_AT, 4);
    return bytes?.length === 4 ? new DataView(bytes.buffer).getInt32(0, true) : null;
  },
  peek(address, token) {
    const bytes = read(address, token, HEAD_BYTES, NOTES_BYTES - HEAD_BYTES);
    return bytes === null ? [] : readNotes(bytes);
  },
  read(address, token) {
    const notes = this.peek(address, token);
    const path = journalPath(address, token);
    const descriptor = made.get(path ?? "");
    if (path === null || descriptor === undefined) return notes;
    made.delete(path);
    revoked.delete(path);
    fs().closeSync(descriptor);
    removeIfPossible(files, path);
    return notes;
  },
};

/** Bytes of a journal that this process has made; null without one. */
function read(address: string, token: string, at: number, size: number): Uint8Array<ArrayBuffer> | null {
  const descriptor = made.get(journalPath(address, token) ?? "");
  if (descriptor === undefined) return null;
  try {
    const bytes = new Uint8Array(size);
    return bytes.slice(0, fs().readSync(descriptor, bytes, 0, size, at));
  } catch {
    return null;
  }
}

/** The journal of this process. */
function open(path: string): Journal {
  const bytes = Bun.mmap(path, { shared: true });
  if (bytes.length !== NOTES_BYTES) throw new Error("this is no journal");
  const view = new DataView(bytes.buffer, bytes.byteOffset, NOTES_BYTES);
  const head = new Int32Array(bytes.buffer, bytes.byteOffset, HEAD_BYTES / 4);
  const encoder = new TextEncoder();
  let at = HEAD_BYTES;
  return {
    write(note) {
      const start = at + LENGTH_BYTES;
      if (start + 3 * note.length + LENGTH_BYTES > NOTES_BYTES) return false;
      const { written } = encoder.encodeInto(note, bytes.subarray(start));
      view.setUint32(start + written, 0, true);
      // The length last: a note that was not finished is not there.
      view.setUint32(at, written, true);
      at = start + written;
      return true;
    },
    clear() {
      at = HEAD_BYTES;
      view.setUint32(HEAD_BYTES, 0, true);
    },
    // A plain read could come before the note is seen by others; one that writes as well waits for that.
    frozen: () => Atomics.or(head, 0, 0) !== 0,
    thaw: () => void Atomics.store(head, 0, 0),
    tick: (by) => void Atomics.add(head, 1, by),
    revocations: () => Atomics.or(head, 2, 0),
  };
}
