/**
 * What a worker reports to its pool: results, how long tasks take, and how much
 * memory it occupies. Results of short tasks are sent together. Until they are sent
 * they are noted in the journal, if there is one, so that they are not lost when a
 * later task ends the process.
 *
 * @module
 */
import type { Journal } from "../runtime/capabilities.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Channel } from "../transport/channel.ts";
import type { Block } from "../codec/graph.ts";
import {
  begunMessage,
  calledMessage,
  memoryMessage,
  type MessageText,
  preparingMessage,
  spentMessage,
} from "../transport/messages.ts";

/** How long the result of a short task may wait for more, when it is noted. */
const RESULT_DELAY_MS = 0.4;
/** The memory is reported when so much time has passed since the last report. */
const MEMORY_INTERVAL_MS = 250;
/** After so many batches the notes are removed; each time costs as much as several notes. */
const NOTED_BATCHES = 64;

export class WorkerReports {
  /** Null: results are sent before the next task begins. */
  journal: Journal | null = null;
  readonly #channel: Channel;
  /** Tasks that have come and have not begun. */
  readonly #inbox: readonly unknown[];
  /** Whether all results that were not sent are in the journal. */
  #isNoted = false;
  /** Batches since the notes were last removed. */
  #notedBatches = 0;
  /** The last task that has come, when the last one began. */
  #lastReceived = 0;
  /** The last task that was received when the last note about that was written. */
  #notedReceived = 0;
  /** The task whose function's module is being imported, or whose input is being decoded. */
  #preparing = 0;
  /** The pool knows when the functions of the tasks up to this one are called. */
  #calledThrough = 0;
  /** Tasks since the last report of their time, and when that was. */
  #count = 0;
  #since = 0;
  #memoryReportedAt = -Infinity;

  constructor(channel: Channel, inbox: readonly unknown[]) {
    this.#channel = channel;
    this.#inbox = inbox;
  }

  /** Before the first of several tasks. Returns a promise while earlier results must be sent. */
  beginBatch(): Promise<void> | void {
    this.restartTime();
    this.#isNoted = this.journal !== null;
    // Old notes do no harm: the tasks that have come now are noted before they begin.
    if (++this.#notedBatches > NOTED_BATCHES || !this.#channel.idle) return this.sendAll();
  }

  /**
   * Tells the pool which task begins next, and the last one that was received: if this process dies, the pool knows
   * which tasks were not begun.
   *
   * @returns false when the journal has no room
   */
  noteBegun(next: number, lastReceived: number): boolean {
    this.#lastReceived = lastReceived;
    if (this.#notedReceived >= lastReceived) return true;
    const message = begunMessage(next, lastReceived);
    if (this.journal === null) {
      this.#channel.post(message);
      this.#channel.flush();
    } else if (!this.journal.write(message)) return false;
    this.#notedReceived = lastReceived;
    return true;
  }

  /** Tells the pool that what a task needs is being prepared: a module or, when it is null, its input. */
  preparing(task: number, module: string | null): Promise<void> | void {
    this.#preparing = task;
    this.#channel.post(preparingMessage(task, module));
    return this.#sendNow();
  }

  /** Whether the pool was told that what this task needs is being prepared. */
  isPreparing(task: number): boolean {
    return this.#preparing === task;
  }

  /**
   * Tells the pool that the function of a task is called now, unless the pool knows.
   *
   * @param isLimited whether the task has a time limit: then the pool can infer the call of the next ones, else it need not
   */
  called(task: number, isLimited: boolean): Promise<void> | void {
    if (task <= this.#calledThrough && this.#preparing !== task) return;
    this.#preparing = 0;
    if (isLimited) this.#calledThrough = this.#lastReceived;
    this.#channel.post(calledMessage(task, isLimited ? this.#lastReceived : task));
    return this.#sendNow();
  }

  /** Sends what was posted. Returns a promise while that is not in the kernel's hands: the next step may block the event loop. */
  #sendNow(): Promise<void> | void {
    this.#channel.flush();
    if (!this.#channel.idle) return this.#channel.drained();
  }

  /**
   * Reports a result.
   *
   * @param onSent called when the blocks are no longer needed
   */
  result(message: MessageText, blocks: readonly Block[], onSent?: () => void): void {
    this.#channel.post(message, blocks, onSent);
    // The result of the last task is sent before anything else happens.
    this.#isNoted &&= blocks.length === 0 && this.#inbox.length > 0 && this.journal!.write(message);
  }

  /** Reports that a task was not run; no other will be. */
  notRun(message: MessageText, blocks: readonly Block[]): void {
    this.#channel.post(message, blocks);
    this.#isNoted = false;
  }

  /** Where the blocks of the next message begin. */
  base(count: number): number {
    return this.#channel.base(count);
  }

  /** Whether the connection to the pool has ended. */
  get isOver(): boolean {
    return this.#channel.over;
  }

  /** A task has ended. Returns a promise while its result must be sent before the next task begins. */
  taskEnded(): Promise<void> | void {
    this.#count++;
    const now = performance.now();
    const isDue = this.#inbox.length === 0 || now - this.#since > RESULT_DELAY_MS;
    if (isDue) {
      this.reportTime(now);
      if (now - this.#memoryReportedAt > MEMORY_INTERVAL_MS) this.#reportMemory(now);
    }
    // The next task may end this process: the result is sent before, unless it is noted.
    if (!isDue && this.#isNoted) return;
    if (this.#inbox.length > 0) return this.sendAll();
    this.#channel.flush();
  }

  /** Sends all results: their notes are needed no more. */
  async sendAll(): Promise<void> {
    this.#channel.flush();
    if (!this.#channel.idle) await this.#channel.drained();
    if (this.journal === null) return;
    this.#isNoted = true;
    this.#notedBatches = 0;
    this.journal.clear();
    this.#notedReceived = 0; // its note is removed as well
  }

  /** Reports how long the last tasks took. */
  reportTime(now: number = performance.now()): void {
    if (this.#count > 0) this.#channel.post(spentMessage(this.#count, now - this.#since));
    this.#count = 0;
    this.#since = now;
  }

  /** Does not count the time until now. */
  restartTime(): void {
    this.#since = performance.now();
  }

  #reportMemory(now: number): void {
    this.#memoryReportedAt = now;
    const bytes = thisProcess().residentBytes?.();
    if (bytes !== undefined) this.#channel.post(memoryMessage(bytes));
  }
}
