/**
 * Buffers for copies of large values, which are free again when the copy was sent.
 * The operating system maps new memory page by page, which takes several times as
 * long as the copy itself, so free buffers are kept for a while and used again.
 * Knows no value and no connection.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { noteLargeMemory } from "../runtime/large_memory.ts";

/** Smaller copies get new memory. */
const LARGE_BYTES = 2 ** 20;
/** The most memory that is kept in free buffers. */
const MAX_KEPT_BYTES = 2 ** 27;
/** A free buffer that was not used for so long is released. */
const IDLE_MS = 3_000;

/** Free buffers, each with the time at which it came back; the latest first. */
let kept: { buffer: ArrayBuffer; since: number }[] = [];
/** Buffers that are in use. */
const lent = new WeakSet<ArrayBuffer>();
let isReleaseScheduled = false;

/** Memory of `size` bytes, with any content. A caller that does not return it keeps it. */
export function borrowBuffer(size: number): Uint8Array<ArrayBuffer> {
  if (size < LARGE_BYTES) return new Uint8Array(size);
  const at = kept.findIndex(({ buffer }) => buffer.byteLength >= size && buffer.byteLength <= 2 * size);
  const buffer = at < 0 ? new ArrayBuffer(size) : kept.splice(at, 1)[0]!.buffer;
  lent.add(buffer);
  return new Uint8Array(buffer, 0, size);
}

/** Takes back buffers that were borrowed and that nobody else uses; ignores other memory. */
export function returnBuffers(blocks: readonly Uint8Array<ArrayBuffer>[]): void {
  for (const { buffer } of blocks) {
    if (!lent.delete(buffer)) continue;
    kept.unshift({ buffer, since: performance.now() });
    let total = 0;
    kept = kept.filter(({ buffer }) => (total += buffer.byteLength) <= MAX_KEPT_BYTES);
    scheduleRelease();
  }
}

/** Releases idle buffers later, and again as long as there are free ones. */
function scheduleRelease(): void {
  if (isReleaseScheduled || kept.length === 0) return;
  isReleaseScheduled = true;
  thisProcess().unrefTimeout(IDLE_MS, () => {
    isReleaseScheduled = false;
    const now = performance.now() + 1; // a timer may be a little early
    const idle = kept.filter(({ since }) => now - since >= IDLE_MS);
    kept = kept.filter(({ since }) => now - since < IDLE_MS);
    for (const { buffer } of idle) noteLargeMemory(buffer.byteLength);
    scheduleRelease();
  });
}
