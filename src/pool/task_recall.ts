/**
 * Whether one worker is sent tasks. A worker whose first task is long is sent none
 * and is asked to give back those that it has not begun: by a message, which it
 * reads between two tasks, or by freezing its journal, which it sees before it
 * begins the next one. Knows no task and no worker.
 *
 * @module
 */

/**
 * `sending`: it gets tasks. `holding`: it gets none until a result comes. `frozen`: it begins no task, and gets none
 * until it has answered.
 */
type RecallState = "sending" | "holding" | "frozen";

/**
 * `looked`: its journal was read. `recalled`: it was asked for its tasks. `froze`: its journal was frozen, and it was
 * asked. `returned`: it has answered. `result`: a result has come.
 */
type RecallEvent = "looked" | "recalled" | "froze" | "returned" | "result";

export class TaskRecall {
  #state: RecallState = "sending";
  /** How often it was asked and has not answered. */
  #awaited = 0;
  /** When it was last asked, as `performance.now()` counts. */
  #askedAt = 0;

  get state(): RecallState {
    return this.#state;
  }

  /** Whether it was asked and has not answered. */
  get isAwaited(): boolean {
    return this.#awaited > 0;
  }

  get askedAt(): number {
    return this.#askedAt;
  }

  /** Changes the state as `event` requires. */
  on(event: RecallEvent): void {
    switch (event) {
      case "looked":
        if (this.#state === "sending") this.#state = "holding";
        break;
      case "recalled":
      case "froze":
        this.#awaited++;
        this.#askedAt = performance.now();
        if (event === "froze") this.#state = "frozen";
        else if (this.#state === "sending") this.#state = "holding";
        break;
      case "returned":
        this.#awaited--;
        if (this.#awaited === 0 && this.#state === "frozen") this.#state = "holding";
        break;
      case "result":
        if (this.#state === "holding") this.#state = "sending";
        break;
    }
  }
}
