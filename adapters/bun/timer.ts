/**
 * A timer on Bun that holds no program.
 *
 * @module
 */

/** Calls back once, after so many milliseconds; holds no program. */
export function unrefTimeout(milliseconds: number, act: () => void): void {
  (setTimeout(act, milliseconds) as unknown as { unref(): void }).unref();
}
