/**
 * The notes of a journal as bytes: each is its length, four bytes, and its text. A
 * length of zero, or the end of the bytes, ends the list.
 *
 * @module
 */

/** Bytes that the notes of a journal take at most. */
export const NOTES_BYTES = 65_536;
/** Bytes before the text of a note. */
export const LENGTH_BYTES = 4;

/** Where the journal of a child lies: beside the owner's socket. Null where that is not in the file system. */
export function journalPath(address: string, token: string): string | null {
  return address.startsWith("unix:/") ? `${address.slice("unix:".length)}-${token.slice(0, 16)}` : null;
}

/** Reads notes from bytes that may end anywhere: their process may have died while it wrote. */
export function readNotes(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const notes: string[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length;) {
    const length = view.getUint32(at, true);
    const end = at + LENGTH_BYTES + length;
    if (length === 0 || end > bytes.length) break;
    notes.push(decoder.decode(bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return notes;
}
