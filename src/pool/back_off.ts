/**
 * The pauses of a pool before it tries again to start a worker: longer after each
 * failure, and over at once when there is nothing more to be tried. Knows no
 * worker.
 *
 * @module
 */

/** The first pause and the longest, in milliseconds; each is twice the one before. */
const FIRST = 20;
const MOST = 10_000;

export class BackOff {
  readonly #pauses = new Map<() => void, ReturnType<typeof setTimeout>>();

  /** Waits, after so many failures in a row. */
  pause(failures: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(this.#pauses.get(end));
        this.#pauses.delete(end);
        resolve();
      };
      this.#pauses.set(end, setTimeout(end, Math.min(FIRST * 2 ** (failures - 1), MOST)));
    });
  }

  /** Ends all pauses. */
  end(): void {
    for (const end of [...this.#pauses.keys()]) end();
  }
}
