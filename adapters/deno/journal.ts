/**
 * A journal on Deno: three files beside the owner's socket, of which each operation
 * of the child is a single write or read. The notes, one behind the other, each with
 * a mark that changes when they begin anew, and a byte behind their room for each revocation; a flag, which is a byte long while its
 * process is frozen; and a ring of numbers, of which the highest is the count. All
 * the room that they take is made by the owner: a full disk is known before a note
 * is trusted to it.
 *
 * @module
 */
import type { Journal, Journals } from "../../src/runtime/capabilities.ts";
import { removeIfPossible } from "../posix/files.ts";
import { journalPath, LENGTH_BYTES, NOTES_BYTES } from "../posix/journal_format.ts";
import { files } from "./files.ts";
import { whole } from "./permissions.ts";

const FLAG = ".frozen";
const COUNT = ".count";
const RING_BYTES = 4096;
const COUNT_BYTES = 4;
/** Revocations that a journal takes at most: each makes the notes' file longer by a byte. */
const MAX_REVOCATIONS = 4096;
/** Length and mark, before the text of a note. */
const HEAD_BYTES = LENGTH_BYTES + 4;
/** The first mark. No text and no length has a byte as its highest: what is left of earlier notes is never taken for one. */
const FIRST_MARK = 0xff00_0001;

export const journals: Journals = {
  format: "files",
  create(address, token) {
    const path = journalPath(address, token);
    if (path === null) return false;
    try {
      // The flag may be set before the child opens its journal.
      for (const [name, size] of [["", NOTES_BYTES], [FLAG, 0], [COUNT, RING_BYTES]] as const) {
        Deno.writeFileSync(path + name, new Uint8Array(size), { mode: 0o600, createNew: true });
      }
      return true;
    } catch {
      for (const name of ["", FLAG, COUNT]) removeIfPossible(files, path + name);
      return false; // no room, or the folder is gone
    }
  },
  open(address, token) {
    const path = journalPath(address, token);
    if (path === null || !whole("read") || !whole("write")) return null;
    try {
      return open(path);
    } catch {
      return null; // no room, no descriptor, or the owner is ending and its folder is gone
    }
  },
  freeze(address, token) {
    const path = journalPath(address, token);
    if (path === null || !isFile(path + FLAG, 1)) return false;
    try {
      Deno.truncateSync(path + FLAG, 1); // takes no room
      return true;
    } catch {
      return false;
    }
  },
  revoke(address, token) {
    const path = journalPath(address, token);
    try {
      const size = path !== null && isFile(path, NOTES_BYTES + MAX_REVOCATIONS - 1) ? Deno.lstatSync(path).size : 0;
      if (size < NOTES_BYTES) return false;
      Deno.truncateSync(path!, size + 1);
      return true;
    } catch {
      return false;
    }
  },
  ticks(address, token) {
    const path = journalPath(address, token);
    const ring = path === null ? null : read(path + COUNT, RING_BYTES);
    if (ring?.length !== RING_BYTES) return null;
    const counts = new DataView(ring.buffer, ring.byteOffset, RING_BYTES);
    let highest = 0;
    for (let at = 0; at < RING_BYTES; at += COUNT_BYTES) highest = Math.max(highest, counts.getUint32(at, true));
    return highest;
  },
  peek(address, token) {
    const path = journalPath(address, token);
    const bytes = path === null ? null : read(path, NOTES_BYTES + MAX_REVOCATIONS);
    return bytes === null ? [] : notesIn(bytes);
  },
  read(address, token) {
    const notes = this.peek(address, token);
    const path = journalPath(address, token);
    if (path !== null) { for (const name of ["", FLAG, COUNT]) removeIfPossible(files, path + name); }
    return notes;
  },
};

/** The journal of this process. */
function open(path: string): Journal {
  const flag = Deno.openSync(path + FLAG, { read: true, write: true });
  const ring = Deno.openSync(path + COUNT, { write: true });
  const file = Deno.openSync(path, { write: true });
  const rest = Deno.openSync(path, { read: true });
  rest.seekSync(NOTES_BYTES, Deno.SeekMode.Start);
  const found = new Uint8Array(1);
  const scratch = new Uint8Array(NOTES_BYTES);
  const view = new DataView(scratch.buffer);
  const counted = new Uint8Array(COUNT_BYTES);
  const count = new DataView(counted.buffer);
  const encoder = new TextEncoder();
  let isFrozen = false;
  let revocations = 0;
  let ticks = 0;
  let mark = FIRST_MARK;
  let size = 0;

  /** Puts the ring to the place of a count. */
  function seek(at: number): void {
    ring.seekSync(at * COUNT_BYTES % RING_BYTES, Deno.SeekMode.Start);
  }

  return {
    write(note) {
      if (size + HEAD_BYTES + 3 * note.length > NOTES_BYTES) return false;
      let length = HEAD_BYTES;
      const end = HEAD_BYTES + note.length;
      // A call into the encoder costs more than a short note's letters.
      for (let unit = 0; length < end && (unit = note.charCodeAt(length - HEAD_BYTES)) < 0x80; length++) {
        scratch[length] = unit;
      }
      if (length < end) length = HEAD_BYTES + encoder.encodeInto(note, scratch.subarray(HEAD_BYTES)).written;
      view.setUint32(0, length - HEAD_BYTES, true);
      view.setUint32(LENGTH_BYTES, mark, true);
      size += length;
      return file.writeSync(scratch.subarray(0, length)) === length;
    },
    clear() {
      if (size === 0) return;
      size = 0;
      mark = mark === 0xffff_ffff ? FIRST_MARK : mark + 1;
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(NO_NOTE);
      file.seekSync(0, Deno.SeekMode.Start);
    },
    frozen: () => isFrozen ||= flag.readSync(found) !== null,
    thaw() {
      isFrozen = false;
      flag.truncateSync(0);
      flag.seekSync(0, Deno.SeekMode.Start);
    },
    tick(by) {
      if (by === 1) {
        if (ticks * COUNT_BYTES % RING_BYTES === 0) seek(ticks);
        count.setUint32(0, ++ticks, true);
        ring.writeSync(counted);
      } else {
        seek(--ticks);
        count.setUint32(0, 0, true);
        ring.writeSync(counted);
        seek(ticks);
      }
    },
    revocations() {
      while (rest.readSync(found) !== null) revocations++;
      return revocations;
    },
  };
}

/** Where the first note would begin. */
const NO_NOTE = new Uint8Array(HEAD_BYTES);

/** The notes that have the mark of the first one. Their process may have died while it wrote. */
function notesIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const notes: string[] = [];
  const mark = bytes.length < HEAD_BYTES ? 0 : view.getUint32(LENGTH_BYTES, true);
  for (let at = 0; mark !== 0 && at + HEAD_BYTES <= bytes.length;) {
    const end = at + HEAD_BYTES + view.getUint32(at, true);
    if (view.getUint32(at + LENGTH_BYTES, true) !== mark || end > bytes.length) break;
    notes.push(decoder.decode(bytes.subarray(at + HEAD_BYTES, end)));
    at = end;
  }
  return notes;
}

/**
 * The bytes of a file; null where there is none that a journal could have written. Its process may have put a pipe into its
 * place: one that is opened for both directions is opened at once, where a reader alone would wait for a writer.
 */
function read(path: string, most: number): Uint8Array<ArrayBuffer> | null {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    const { isFile, size } = file.statSync();
    if (!isFile || size > most) return null;
    const bytes = new Uint8Array(size);
    let length = 0;
    for (let count; length < size && (count = file.readSync(bytes.subarray(length))) !== null;) length += count;
    return bytes.subarray(0, length);
  } catch {
    return null;
  }
}

/** Whether there is a file of at most so many bytes. */
function isFile(path: string, most: number): boolean {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    return isFile && size <= most;
  } catch {
    return false;
  }
}
