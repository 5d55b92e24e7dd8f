/**
 * Memory outside of the engine's heap that large messages took: some engines free it
 * only when more is asked for, which in a process at rest may be never. Knows no
 * message.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";

/** Less is not worth a collection. */
const MIN_BYTES = 2 ** 24;
/** How long none was noted when it is freed. */
const REST_MS = 2_000;

/** Bytes that were noted since the last collection, and when the last of them were. */
let noted = 0;
let notedAt = 0;
let isScheduled = false;

/**
 * Notes so many bytes at once that are garbage now, or will be soon. What is garbage is freed when this process has come
 * to rest.
 */
export function noteLargeMemory(bytes: number): void {
  if (thisProcess().collectGarbage === undefined) return;
  noted += bytes;
  notedAt = performance.now();
  scheduleCollection(REST_MS);
}

function scheduleCollection(afterMs: number): void {
  if (isScheduled) return;
  isScheduled = true;
  thisProcess().unrefTimeout(afterMs, () => {
    isScheduled = false;
    const left = notedAt + REST_MS - performance.now();
    if (left > 1) return scheduleCollection(left);
    const isWorthIt = noted >= MIN_BYTES;
    noted = 0;
    if (isWorthIt) thisProcess().collectGarbage!();
  });
}
