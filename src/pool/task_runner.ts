/**
 * Runs one task in a worker: finds its function, decodes its arguments, calls, and
 * reports the value or the error.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { decode, encode, type Encoded, encodeList } from "../codec/codec.ts";
import { describeThrown } from "../codec/error_codec.ts";
import { withHint } from "../runtime/format_error.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { borrowBuffer, returnBuffers } from "../codec/buffer_pool.ts";
import type { Block } from "../codec/graph.ts";
import { UnknownKind } from "../codec/reduction.ts";
import { ProcessError } from "../errors.ts";
import type { AnyFunction } from "../function/function_ref.ts";
import { settleWrites } from "../runtime/exit_hooks.ts";
import { failureMessage, importRefusedMessage, valueMessage } from "../transport/messages.ts";
import type { CallMessage, ChunkMessage } from "../transport/protocol.ts";
import { beginTask, endTask } from "./task_signal.ts";
import { ImportRefusal, type WorkerFunctions } from "./worker_functions.ts";
import type { WorkerReports } from "./worker_reports.ts";

/** A task as it has come. */
export interface ReceivedTask {
  readonly message: CallMessage | ChunkMessage;
  readonly blocks: Block[];
}

export class TaskRunner {
  readonly #functions: WorkerFunctions;
  readonly #reports: WorkerReports;
  readonly #loadSharedClasses: () => Promise<void>;
  /** Numbers of tasks that were cancelled. */
  readonly #cancelled = new Set<number>();

  /** @param loadSharedClasses loads the classes of shared objects, when arguments hold one */
  constructor(functions: WorkerFunctions, reports: WorkerReports, loadSharedClasses: () => Promise<void>) {
    this.#functions = functions;
    this.#reports = reports;
    this.#loadSharedClasses = loadSharedClasses;
  }

  /** A task is not run when it has not begun; a chunk stops after an item that is awaited. */
  cancel(task: number): void {
    this.#cancelled.add(task);
  }

  /** Runs a task. Returns a promise only when it does not end at once. */
  run(task: ReceivedTask): Promise<void> | void {
    const { message, blocks } = task;
    const [type, id, number, base, payload] = message;
    const report = type === "call" ? message[5] : message[6];
    if (this.#cancelled.delete(id)) return this.#fail(id, cancelled(), 0);
    const fn = this.#functions.loaded(number);
    if (fn === undefined) return this.#loadAndRun(task);
    if (report === 2 && !this.#reports.isPreparing(id)) {
      const sending = this.#reports.preparing(id, null);
      if (sending instanceof Promise) return sending.then(() => this.run(task));
    }
    let input: unknown[];
    try {
      input = decode(payload, base === 0 ? blocks : blocks.slice(base), true) as unknown[];
    } catch (error) {
      if (error instanceof UnknownKind) return this.#loadClassesAndRun(task);
      return this.#fail(id, error, 0);
    }
    if (report !== undefined || this.#reports.isPreparing(id)) {
      const sending = this.#reports.called(id, report !== undefined);
      if (sending instanceof Promise) return sending.then(() => this.#callUnlessCancelled(message, fn, input));
    }
    return this.#call(message, fn, input);
  }

  /** While the pool was told, it may have cancelled the task. */
  #callUnlessCancelled(message: CallMessage | ChunkMessage, fn: AnyFunction, input: unknown[]): Promise<void> | void {
    const [, id] = message;
    return this.#cancelled.delete(id) ? this.#fail(id, cancelled(), 0) : this.#call(message, fn, input);
  }

  #call(message: CallMessage | ChunkMessage, fn: AnyFunction, input: unknown[]): Promise<void> | void {
    const [type, id] = message;
    if (type === "chunk") {
      return message[5] === 2 ? this.#runEach(id, fn, input) : this.#runChunk(id, fn, input, message[5] === 1);
    }
    beginTask(id);
    try {
      const value = fn(...input);
      if (isPromiseLike(value)) return this.#awaitValue(id, value);
      this.#succeed(id, value);
    } catch (error) {
      this.#fail(id, error, 0);
    }
  }

  async #loadAndRun(task: ReceivedTask): Promise<void> {
    const [, id, number] = task.message;
    try {
      const loaded = await this.#functions.load(number, (url) => this.#reports.preparing(id, url));
      if (loaded instanceof ImportRefusal) return this.#refuse(id, loaded);
    } catch (error) {
      return this.#fail(id, error, 0);
    }
    await this.run(task);
  }

  async #loadClassesAndRun(task: ReceivedTask): Promise<void> {
    await this.#reports.preparing(task.message[1], null);
    await this.#loadSharedClasses();
    await this.run(task);
  }

  async #awaitValue(id: number, value: PromiseLike<unknown>): Promise<void> {
    try {
      const result = await value;
      // Whoever gets the result must find what the task has put into queues.
      const writes = settleWrites();
      if (writes !== null) await writes;
      this.#succeed(id, result);
    } catch (error) {
      this.#fail(id, error, 0);
    }
  }

  async #runChunk(id: number, fn: AnyFunction, items: unknown[], isSpread: boolean): Promise<void> {
    beginTask(id);
    const values: unknown[] = new Array(items.length);
    for (let index = 0; index < items.length; index++) {
      try {
        const value = isSpread ? fn(...items[index] as unknown[]) : fn(items[index]);
        if (isPromiseLike(value)) {
          values[index] = await value;
          if (this.#cancelled.has(id)) return this.#fail(id, cancelled(), index);
        } else values[index] = value;
      } catch (error) {
        return this.#fail(id, error, index);
      }
    }
    const writes = settleWrites();
    if (writes !== null) await writes;
    this.#succeed(id, values, true);
  }

  /** Runs a chunk of which no item is lost when another one fails. */
  async #runEach(id: number, fn: AnyFunction, items: unknown[]): Promise<void> {
    beginTask(id);
    const values: unknown[] = new Array(items.length).fill(undefined);
    const failures: [index: number, error: unknown][] = [];
    for (let index = 0; index < items.length; index++) {
      try {
        const value = fn(items[index]);
        values[index] = isPromiseLike(value) ? await value : value;
      } catch (error) {
        failures.push([index, sendable(error)]);
      }
      if (this.#cancelled.has(id)) return this.#fail(id, cancelled(), index);
    }
    const writes = settleWrites();
    if (writes !== null) await writes;
    this.#succeed(id, [values, failures], false, () => moveUnsendable(values, failures));
  }

  /**
   * @param isList whether the value is a list that this class has made
   * @param mend makes a value sendable that is not
   */
  #succeed(id: number, value: unknown, isList: boolean = false, mend?: () => void): void {
    endTask(id);
    this.#cancelled.delete(id); // too late
    let encoded: Encoded;
    try {
      encoded = isList ? encodeList(value as unknown[], "result", borrowBuffer) : encode(value, "result", borrowBuffer);
    } catch (error) {
      if (mend === undefined) return this.#fail(id, error, 0);
      mend();
      return this.#succeed(id, value, isList);
    }
    const { blocks } = encoded;
    const message = valueMessage(id, this.#reports.base(blocks.length), encoded);
    if (blocks.length === 0) return this.#reports.result(message, blocks);
    this.#reports.result(message, blocks, () => {
      if (!this.#reports.isOver) returnBuffers(blocks);
    });
  }

  #fail(id: number, error: unknown, index: number): void {
    endTask(id);
    this.#cancelled.delete(id);
    const failure = encodeThrown(error);
    const base = this.#reports.base(failure.blocks.length);
    this.#reports.result(failureMessage(id, base, failure, index), failure.blocks);
  }

  #refuse(id: number, { url, error }: ImportRefusal): void {
    const failure = encodeThrown(error);
    const base = this.#reports.base(failure.blocks.length);
    this.#reports.notRun(importRefusedMessage(id, base, failure, url), failure.blocks);
  }
}

function cancelled(): ProcessError {
  return new ProcessError("Cannot run task: it was cancelled");
}

function isSendable(value: unknown): boolean {
  try {
    encode(value, "result");
    return true;
  } catch {
    return false;
  }
}

/** Makes failures of the values of a chunk that cannot be sent. */
function moveUnsendable(values: unknown[], failures: [index: number, error: unknown][]): void {
  for (let index = 0; index < values.length; index++) {
    try {
      encode(values[index], `result[${index}]`);
    } catch (error) {
      values[index] = undefined;
      failures.push([index, error]);
    }
  }
}

/** What was thrown, or what can be said of it when it cannot be sent. */
function sendable(thrown: unknown): unknown {
  const error = withHint(thrown);
  return isSendable(error) ? error : describeThrown(error, typeError("it cannot be sent"));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
