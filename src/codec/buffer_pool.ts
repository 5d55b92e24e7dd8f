/**
 * Memory for copies that nobody needs any more once they are sent. The system
 * gives new memory page by page, which takes several times as long as the copying
 * itself: what a large copy lay in is kept for the next one, for a while. Knows no
 * value and no connection.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";

/** Bytes from which on it is worth the while. */
const LARGE = 2 ** 20;
/** Bytes kept at most. */
const MOST = 2 ** 27;
/** Milliseconds after which what nobody used is let go. */
const IDLE = 3_000;

/** What is kept, and since when; the latest first. */
let kept: { buffer: ArrayBuffer; since: number }[] = [];
/** What was given out and may be given back. */
const lent = new WeakSet<ArrayBuffer>();
let isWatched = false;

/** Memory of so many bytes that holds anything. Whoever does not give it back has it for good. */
export function borrowBuffer(size: number): Uint8Array<ArrayBuffer> {
  if (size < LARGE) return new Uint8Array(size);
  const at = kept.findIndex(({ buffer }) => buffer.byteLength >= size && buffer.byteLength <= 2 * size);
  const buffer = at < 0 ? new ArrayBuffer(size) : kept.splice(at, 1)[0]!.buffer;
  lent.add(buffer);
  return new Uint8Array(buffer, 0, size);
}

/** Takes back what was lent, from the only one that had it; other memory stays what it is. */
export function returnBuffers(blocks: readonly Uint8Array<ArrayBuffer>[]): void {
  for (const { buffer } of blocks) {
    if (!lent.delete(buffer)) continue;
    kept.unshift({ buffer, since: performance.now() });
    let total = 0;
    kept = kept.filter(({ buffer }) => (total += buffer.byteLength) <= MOST);
    watch();
  }
}

/** Lets go of what was not used for long, and looks again as long as anything is kept. */
function watch(): void {
  if (isWatched || kept.length === 0) return;
  isWatched = true;
  thisProcess().unrefTimeout(IDLE, () => {
    isWatched = false;
    const now = performance.now();
    kept = kept.filter(({ since }) => now - since < IDLE);
    watch();
  });
}
