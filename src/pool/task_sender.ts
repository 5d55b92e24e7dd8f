/**
 * Sends tasks to one worker. A function is described to the worker once, and
 * named by its number from then on.
 *
 * @module
 */
import { encodeThrown } from "../codec/encode_thrown.ts";
import { abortMessage, callMessage, chunkMessage, functionMessage } from "../transport/messages.ts";
import type { Task } from "./task.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** How the items of a chunk are called, as the message says it. */
const CHUNK_MODES = { map: 0, starmap: 1, imap: 2 } as const;

export class TaskSender {
  readonly #process: WorkerProcess;
  /** Functions that the worker knows by number. */
  readonly #functions = new Set<number>();

  constructor(process: WorkerProcess) {
    this.#process = process;
  }

  send(number: number, { kind, fn, input }: Task): void {
    const process = this.#process;
    if (!this.#functions.has(fn.number)) {
      this.#functions.add(fn.number);
      process.post(functionMessage(fn.number, fn.ref));
    }
    const base = process.base(input.blocks.length);
    const message = kind === "call"
      ? callMessage(number, fn.number, base, input)
      : chunkMessage(number, fn.number, base, input, CHUNK_MODES[kind]);
    process.post(message, input.blocks);
  }

  /** Tells the worker that a task is cancelled. */
  abort(number: number, reason: unknown): void {
    const encoded = encodeThrown(reason);
    this.#process.post(abortMessage(number, this.#process.base(encoded.blocks.length), encoded), encoded.blocks);
  }
}
