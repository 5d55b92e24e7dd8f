/**
 * Sends tasks to one worker. A function is described to the worker once, and
 * named by its number from then on.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { abortMessage, callMessage, chunkMessage, functionMessage } from "../transport/messages.ts";
import type { BeginReport } from "../transport/protocol.ts";
import type { Task } from "./task.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** How the items of a chunk are called, as the message says it. */
const CHUNK_MODES = { map: 0, starmap: 1, imap: 2 } as const;

/** To decode an input of this size may take a while. */
const LARGE_INPUT_BYTES = 65_536;

export class TaskSender {
  readonly #process: WorkerProcess;
  /** Whether every task has a time limit. */
  readonly #isLimited: boolean;
  /** Functions that the worker knows by number. */
  readonly #functions = new Set<number>();

  /** @param isLimited whether every task has a time limit, beside its own */
  constructor(process: WorkerProcess, isLimited: boolean) {
    this.#process = process;
    this.#isLimited = isLimited;
  }

  send(number: number, task: Task): void {
    const { kind, fn, input } = task;
    const process = this.#process;
    if (!this.#functions.has(fn.number)) {
      this.#functions.add(fn.number);
      process.post(functionMessage(fn.number, fn.ref));
    }
    const base = process.base(input.blocks.length);
    const report = this.isLimited(task) ? reportOf(input) : null;
    const message = kind === "call"
      ? callMessage(number, fn.number, base, input, report)
      : chunkMessage(number, fn.number, base, input, CHUNK_MODES[kind], report);
    process.post(message, input.blocks);
  }

  /** Whether a task has a time limit. */
  isLimited(task: Task): boolean {
    return this.#isLimited || task.clock !== null;
  }

  /** Tells the worker that a task is cancelled. */
  abort(number: number, reason: unknown): void {
    const encoded = encodeThrown(reason);
    this.#process.post(abortMessage(number, this.#process.base(encoded.blocks.length), encoded), encoded.blocks);
  }
}

function reportOf({ text, blocks }: Encoded): BeginReport {
  const size = blocks.reduce((sum, block) => sum + block.length, text.length);
  return size < LARGE_INPUT_BYTES ? 1 : 2;
}
