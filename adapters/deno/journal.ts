/**
 * A journal on Deno: one file beside the owner's socket, written synchronously.
 * Each note lies there as its length, four bytes, and its text. A second file is
 * empty but while its process is frozen; the size of a third is what it counts.
 * Without a socket in the file system there is none.
 *
 * @module
 */
import type { Journal } from "../../src/runtime/adapter.ts";
import { whole } from "./permissions.ts";

const LIMIT = 65_536;
const LENGTH = 4;
const FLAG = ".frozen";
const COUNT = ".count";

function pathOf(address: string, token: string): string | null {
  return address.startsWith("unix:") ? `${address.slice("unix:".length)}-${token.slice(0, 16)}` : null;
}

/** Makes the file by which the child is frozen, which may be before it opens its own. */
export function createJournal(address: string, token: string): void {
  const path = pathOf(address, token);
  if (path !== null) Deno.writeFileSync(path + FLAG, new Uint8Array(0), { mode: 0o600 });
}

/** Opens the journal of this process. */
export function openJournal(address: string, token: string): Journal | null {
  const path = pathOf(address, token);
  if (path === null || !whole("read") || !whole("write")) return null;
  const file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
  // Not emptied: its process may have been frozen already.
  const flag = Deno.openSync(path + FLAG, { read: true, write: true, create: true, mode: 0o600 });
  const found = new Uint8Array(1);
  let isFrozen = false;
  let count: Deno.FsFile | null = null;
  let ticks = 0;
  const scratch = new Uint8Array(LIMIT);
  const view = new DataView(scratch.buffer);
  const encoder = new TextEncoder();
  let size = 0;
  return {
    write(note) {
      if (size + LENGTH + 3 * note.length > LIMIT) return false;
      let length = LENGTH;
      // A call into the encoder costs more than a short note's letters.
      for (let unit = 0; length < LENGTH + note.length && (unit = note.charCodeAt(length - LENGTH)) < 0x80; length++) {
        scratch[length] = unit;
      }
      if (length < LENGTH + note.length) {
        length = LENGTH + encoder.encodeInto(note, scratch.subarray(LENGTH)).written;
      }
      view.setUint32(0, length - LENGTH, true);
      size += length;
      return file.writeSync(scratch.subarray(0, length)) === length;
    },
    clear() {
      if (size === 0) return;
      size = 0;
      empty(file);
    },
    frozen: () => isFrozen ||= flag.readSync(found) !== null,
    thaw() {
      isFrozen = false;
      empty(flag);
    },
    tick(by) {
      count ??= Deno.openSync(path + COUNT, { write: true, create: true, truncate: true, mode: 0o600 });
      ticks += by;
      if (by === 1) count.writeSync(found);
      else {
        count.truncateSync(ticks);
        count.seekSync(ticks, Deno.SeekMode.Start);
      }
    },
  };
}

function empty(file: Deno.FsFile): void {
  file.truncateSync(0);
  file.seekSync(0, Deno.SeekMode.Start);
}

/** The process whose journal it is shall begin nothing more; false when there is none. */
export function freezeJournal(address: string, token: string): boolean {
  const path = pathOf(address, token);
  if (path === null) return false;
  return tolerant(() => (Deno.writeFileSync(path + FLAG, new Uint8Array(1), { create: false }), true)) ?? false;
}

/** Files that are not there: their process has opened none, or their folder is gone since this one is ending. */
function tolerant<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What a process has counted. */
export function ticksOf(address: string, token: string): number {
  const path = pathOf(address, token);
  return path === null ? 0 : tolerant(() => Deno.statSync(path + COUNT).size) ?? 0;
}

/** The notes of a process that is dead; removes its journal. */
export function readJournal(address: string, token: string): string[] {
  const notes = peekJournal(address, token);
  const path = pathOf(address, token);
  for (const file of path === null ? [] : [path, path + FLAG, path + COUNT]) tolerant(() => Deno.removeSync(file));
  return notes;
}

/** The notes so far. */
export function peekJournal(address: string, token: string): string[] {
  const path = pathOf(address, token);
  const bytes = path === null ? undefined : tolerant(() => Deno.readFileSync(path));
  if (bytes === undefined) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: string[] = [];
  for (let at = 0; at + LENGTH <= bytes.length;) {
    const end = at + LENGTH + view.getUint32(at, true);
    if (end > bytes.length) break; // it died while it wrote this one
    notes.push(new TextDecoder().decode(bytes.subarray(at + LENGTH, end)));
    at = end;
  }
  return notes;
}
