/** Ways to keep this process's event loop from turning that cost the machine nothing, unlike a loop. */

const CELL = new Int32Array(new SharedArrayBuffer(4));

/** Lets no event loop turn for so many milliseconds. */
export function blockFor(ms: number): void {
  Atomics.wait(CELL, 0, 0, ms);
}

/** Lets no event loop turn any more. */
export function blockForGood(): never {
  for (;;) blockFor(60_000);
}

/** Lets no event loop turn until the fact is there, or so many milliseconds have passed. Gives whether it was there. */
export function blockUntil(fact: () => boolean, ms: number): boolean {
  for (const end = performance.now() + ms; performance.now() < end; blockFor(2)) if (fact()) return true;
  return fact();
}
