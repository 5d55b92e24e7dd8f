/**
 * A journal on Bun: one mapped file beside the owner's socket. It starts with a
 * word that is not zero while its process is frozen, and one that it counts in;
 * then each note lies there as its length, four bytes, and its text. A length of
 * zero ends the list.
 *
 * @module
 */
import type { Journal } from "../../src/runtime/adapter.ts";
import { fs } from "./self.ts";
import type { Bun as BunScope } from "./types.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope };
const SIZE = 65_536;
const HEAD = 8;
const LENGTH = 4;

function pathOf(address: string, token: string): string {
  return `${address.slice("unix:".length)}-${token.slice(0, 16)}`;
}

/** Makes the file of a child: to do it there would cost every worker a megabyte. */
export function createJournal(address: string, token: string): void {
  fs().writeFileSync(pathOf(address, token), new Uint8Array(SIZE), { mode: 0o600 });
}

/** Opens the journal of this process. */
export function openJournal(address: string, token: string): Journal {
  const bytes = map(address, token);
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE);
  const head = headOf(bytes);
  const encoder = new TextEncoder();
  let at = HEAD;
  return {
    write(note) {
      const start = at + LENGTH;
      if (start + 3 * note.length + LENGTH > SIZE) return false;
      const { written } = encoder.encodeInto(note, bytes.subarray(start));
      view.setUint32(start + written, 0, true);
      // The length last: a note that was not finished is not there.
      view.setUint32(at, written, true);
      at = start + written;
      return true;
    },
    clear() {
      at = HEAD;
      view.setUint32(HEAD, 0, true);
    },
    // A plain read could come before the note is seen by others; one that writes as well waits for that.
    frozen: () => Atomics.or(head, 0, 0) !== 0,
    thaw: () => void Atomics.store(head, 0, 0),
    tick: (by) => void Atomics.add(head, 1, by),
  };
}

function map(address: string, token: string): Uint8Array<ArrayBuffer> {
  return Bun.mmap(pathOf(address, token), { shared: true });
}

function headOf(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  return new Int32Array(bytes.buffer, bytes.byteOffset, HEAD / 4);
}

/** The process whose journal it is shall begin nothing more; false when there is none. */
export function freezeJournal(address: string, token: string): boolean {
  if (!fs().existsSync(pathOf(address, token))) return false;
  Atomics.or(headOf(map(address, token)), 0, 1);
  return true;
}

/** What a process has counted. */
export function ticksOf(address: string, token: string): number {
  const path = pathOf(address, token);
  return fs().existsSync(path) ? Atomics.load(headOf(map(address, token)), 1) : 0;
}

/** The notes of a process that is dead; removes its journal. */
export function readJournal(address: string, token: string): string[] {
  const notes = peekJournal(address, token);
  fs().rmSync(pathOf(address, token), { recursive: false, force: true });
  return notes;
}

/** The notes so far. */
export function peekJournal(address: string, token: string): string[] {
  const path = pathOf(address, token);
  let bytes: Uint8Array;
  try {
    bytes = fs().readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return []; // its folder is gone: this process is ending
    throw error;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: string[] = [];
  // It may have died before the file had its size.
  for (let at = HEAD; at + LENGTH <= bytes.length;) {
    const length = view.getUint32(at, true);
    if (length === 0 || at + LENGTH + length > bytes.length) break;
    notes.push(new TextDecoder().decode(bytes.subarray(at + LENGTH, at + LENGTH + length)));
    at += LENGTH + length;
  }
  return notes;
}
