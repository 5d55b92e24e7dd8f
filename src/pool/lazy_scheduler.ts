/**
 * The scheduler of a pool, imported with the first pool, so that programs without
 * one do not load it; and what waits for that. Knows neither tasks nor workers.
 *
 * @module
 */
import { loadPart } from "../runtime/load_part.ts";
import { isShortage } from "../runtime/shortage.ts";
import type { Scheduler, SchedulerOptions } from "./scheduler.ts";
import { StartAttempts } from "./start_attempts.ts";
import type { TaskCounters } from "./task.ts";

interface WaitingUse {
  act(scheduler: Scheduler): void;
  fail(error: unknown): void;
}

export class LazyScheduler {
  readonly #counters: TaskCounters;
  #options: SchedulerOptions | null = null;
  #scheduler: Scheduler | null = null;
  #waiting: WaitingUse[] = [];
  #isLoading = false;

  constructor(counters: TaskCounters) {
    this.#counters = counters;
  }

  /** Null until it is imported. */
  get scheduler(): Scheduler | null {
    return this.#scheduler;
  }

  /** Begins to import it, and starts it then. */
  open(options: SchedulerOptions): void {
    this.#options = options;
    void this.#load();
  }

  /**
   * Calls `act` with the scheduler, at once when it is imported.
   *
   * @param fail called instead when it cannot be imported; whoever comes next makes this process try again
   */
  use(act: (scheduler: Scheduler) => void, fail: (error: unknown) => void = () => {}): void {
    if (this.#scheduler !== null) return act(this.#scheduler);
    this.#waiting.push({ act, fail });
    void this.#load();
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { Scheduler } = await this.#import();
      this.#scheduler = new Scheduler(this.#options!, this.#counters);
    } catch (error) {
      for (const { fail } of this.#waiting.splice(0)) fail(error);
    } finally {
      this.#isLoading = false;
    }
    const scheduler = this.#scheduler;
    if (scheduler !== null) { for (const { act } of this.#waiting.splice(0)) act(scheduler); }
  }

  /** Tries again for a time while descriptors are short and somebody waits, as with workers. */
  async #import(): Promise<typeof import("./scheduler.ts")> {
    const attempts = new StartAttempts(0);
    for (;;) {
      try {
        return await loadPart(import.meta.url, () => import("./scheduler.ts"));
      } catch (error) {
        if (!isShortage(error) || this.#waiting.length === 0 || attempts.recordShortage()) throw error;
        await attempts.pause();
      }
    }
  }
}
