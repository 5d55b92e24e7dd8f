/**
 * One child in the process table: how it ended, and whether it keeps this program
 * alive. Knows neither the table nor what the child runs.
 *
 * @module
 */
import type { Child, ExitStatus } from "../runtime/adapter.ts";
import { waitFor } from "../runtime/deadline.ts";

/** What a child is to the program. */
export type ProcessKind = "process" | "fork" | "worker" | "manager";

export class ChildRecord {
  readonly child: Child;
  readonly kind: ProcessKind;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number = Date.now();
  /** Settles with the exit code when the end has been noted; never rejects. */
  readonly ended: Promise<number>;
  readonly #keepsProgramAlive: boolean;
  #status: ExitStatus | null = null;
  #waiters = 0;

  /**
   * @param keepsProgramAlive whether it does so by itself, not only while somebody waits for it
   * @param onEnd called once, when the exit status is known
   */
  constructor(
    child: Child,
    kind: ProcessKind,
    name: string,
    keepsProgramAlive: boolean,
    onEnd: (entry: ChildRecord) => void,
  ) {
    this.child = child;
    this.kind = kind;
    this.name = name;
    this.#keepsProgramAlive = keepsProgramAlive;
    this.ended = child.exited.then((status) => {
      this.#status = status;
      onEnd(this);
      return this.exitCode!;
    });
    this.#updateHold();
  }

  get pid(): number {
    return this.child.pid;
  }

  /** How it ended; null while it runs. */
  get status(): ExitStatus | null {
    return this.#status;
  }

  /** Null while it runs, else its exit code, −N when signal N killed it. */
  get exitCode(): number | null {
    if (this.#status === null) return null;
    return "code" in this.#status ? this.#status.code : -this.#status.number;
  }

  /** Whether `wait()` gives it. Workers and managers are collected by the library. */
  get isWaitable(): boolean {
    return this.kind === "process" || this.kind === "fork";
  }

  /** Somebody waits for it, and keeps the program alive meanwhile. */
  addWaiter(): void {
    this.#waiters++;
    this.#updateHold();
  }

  removeWaiter(): void {
    this.#waiters--;
    this.#updateHold();
  }

  #updateHold(): void {
    if (!this.isWaitable || this.#status !== null) return;
    if (this.#keepsProgramAlive || this.#waiters > 0) this.child.ref();
    else this.child.unref();
  }

  /** Ends the child if it runs: SIGTERM, after `graceMs` SIGKILL. Settles when it is gone. */
  async end(graceMs: number): Promise<void> {
    if (this.#status !== null) return;
    this.child.kill("SIGTERM");
    const hasEnded = () => this.#status !== null;
    if (!await waitFor(this.ended, hasEnded, { timeout: graceMs })) this.child.kill("SIGKILL");
    await this.ended;
  }
}
