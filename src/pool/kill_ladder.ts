/**
 * Ends a process: SIGTERM first, SIGKILL when that does not end it in time.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";

/** `alive`: nothing was done. `expected`: it seems to be ending. `terminated`: SIGTERM was sent. `ended`: it has ended. */
type KillState = "alive" | "expected" | "terminated" | "ended";

export class KillLadder {
  #state: KillState = "alive";
  readonly #child: Pick<Child, "kill">;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(child: Pick<Child, "kill">) {
    this.#child = child;
  }

  get state(): KillState {
    return this.#state;
  }

  /** Sends SIGTERM now, and SIGKILL after so many milliseconds. */
  terminate(graceMs: number): void {
    if (this.#state !== "alive") return;
    this.#state = "terminated";
    this.#child.kill("SIGTERM");
    this.#killAfter(graceMs);
  }

  /** Sends SIGKILL now. */
  kill(): void {
    if (this.#state === "ended") return;
    this.#state = "terminated";
    this.#child.kill("SIGKILL");
  }

  /** The process seems to be ending by itself: sends SIGKILL only, when it has not ended after so many milliseconds. */
  expectEnd(withinMs: number): void {
    if (this.#state !== "alive") return;
    this.#state = "expected";
    this.#killAfter(withinMs);
  }

  /** The process has ended. */
  stop(): void {
    this.#state = "ended";
    clearTimeout(this.#timer);
  }

  #killAfter(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#child.kill("SIGKILL"), Math.min(milliseconds, MAX_TIMEOUT_MS));
  }
}
