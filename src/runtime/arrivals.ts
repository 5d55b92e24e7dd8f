/**
 * Reads what has arrived at this process while it was busy. A timeout that has
 * passed counts only after that: its timer fires first, and what was waited for may
 * be there. Knows no connection.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";

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
    await eventLoopTurns();
  } while (arrivals !== before && performance.now() < end);
}

/**
 * Lets the event loop take in what has happened already. Who asks again and again without waiting would else never
 * see a change.
 */
export async function eventLoopTurns(rounds: number = 2): Promise<void> {
  // Without connections there is nothing to look at, and no part to load for it.
  if (arrivals > 0) await (await thisProcess().network()).socketTurn?.();
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setTimeout(resolve, 0));
}
