/**
 * Whether the workers of a pool can be started: counts failures in a row, pauses
 * between attempts, and says when to give up. Knows no worker.
 *
 * @module
 */

/** The first pause and the longest; each is twice the one before. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 10_000;

/** So many attempts fail for a shortage, in about five seconds, before tasks are rejected. */
const MAX_SHORTAGES = 9;

/** `healthy`: the last worker became ready. `failing`: further attempts are made. `broken`: no more are. */
type AttemptState = "healthy" | "failing" | "broken";

export class StartAttempts {
  #state: AttemptState = "healthy";
  readonly #maxRestarts: number;
  #failures = 0;
  #firstFailure: unknown = undefined;
  #shortages = 0;
  #hasSucceeded = false;
  /** Attempts that are pausing: what ends each pause, and its timer. */
  readonly #pauses = new Map<() => void, ReturnType<typeof setTimeout>>();

  /** @param maxRestarts failures in a row after which one more is the last */
  constructor(maxRestarts: number) {
    this.#maxRestarts = maxRestarts;
  }

  get state(): AttemptState {
    return this.#state;
  }

  /** Whether any worker has ever become ready. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  /** Failures since a worker last became ready. */
  get failures(): number {
    return this.#failures;
  }

  /** The reason of the first of them. */
  get firstFailure(): unknown {
    return this.#firstFailure;
  }

  /** A worker has become ready, or could not be started. Returns the state that follows. */
  record(outcome: "ready" | "failed", reason?: unknown): AttemptState {
    if (this.#state === "broken") return "broken";
    if (outcome === "ready") {
      this.#failures = this.#shortages = 0;
      this.#hasSucceeded = true;
      this.#firstFailure = undefined;
      return this.#state = "healthy";
    }
    if (this.#failures === 0) this.#firstFailure = reason;
    this.#failures++;
    return this.#state = this.#failures > this.#maxRestarts ? "broken" : "failing";
  }

  /** A worker could not be started since the system is short of something. Never ends in `broken`. Whether it is for long. */
  recordShortage(): boolean {
    if (this.#state === "broken") return false;
    this.#shortages++;
    const isLong = this.#shortages >= MAX_SHORTAGES;
    if (isLong) this.#shortages = 0;
    return isLong;
  }

  /** No attempt can succeed. */
  giveUp(): void {
    this.#state = "broken";
  }

  /** Waits before the next attempt, not at all when the last one succeeded. */
  async pause(): Promise<void> {
    const failed = Math.max(this.#failures, this.#shortages);
    if (failed === 0) return;
    const length = Math.min(FIRST_PAUSE_MS * 2 ** (failed - 1), MAX_PAUSE_MS);
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(this.#pauses.get(end));
        this.#pauses.delete(end);
        resolve();
      };
      this.#pauses.set(end, setTimeout(end, length));
    });
  }

  /** Ends all pauses now: nobody waits for a worker any more. */
  endPauses(): void {
    for (const end of [...this.#pauses.keys()]) end();
  }
}
