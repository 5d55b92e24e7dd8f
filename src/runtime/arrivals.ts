/**
 * Reads what has arrived at this process while it was busy. A timeout that has
 * passed counts only after that: its timer fires first, and what was waited for may
 * be there. Knows no connection.
 *
 * @module
 */

/** So long at most is read on: a peer that sends without end holds no timeout up. */
const MAX_READING_MS = 500;

/** How often a connection has got bytes. */
let arrivals = 0;

/** A connection has got bytes. */
export function countArrival(): void {
  arrivals++;
}

/** Settles when all that had arrived at the call was read, and the event loop has taken in what has happened. */
export async function readArrivals(): Promise<void> {
  const end = performance.now() + MAX_READING_MS;
  let before: number;
  do {
    before = arrivals;
    await turn();
  } while (arrivals !== before && performance.now() < end);
}

async function turn(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setTimeout(resolve, 0));
}
