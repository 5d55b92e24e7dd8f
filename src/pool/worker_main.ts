/**
 * A pool worker: calls its pool, runs the initializer, then one task after the
 * other in the order in which they come. Mirror of `member.ts`.
 *
 *     inbox ─► run ─► value or failure ─► channel
 *
 * @module
 */
import type { Journal } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { ChildContext } from "../process/child_context.ts";
import type { Channel } from "../transport/channel.ts";
import { decode, encode, type Encoded } from "../codec/codec.ts";
import { withHint } from "../runtime/format_error.ts";
import { describeThrown } from "../codec/error_codec.ts";
import { ProcessError } from "../errors.ts";
import { runExitHooks, settleWrites } from "../runtime/exit_hooks.ts";
import { type Importer, resolve } from "../function/resolve.ts";
import { UnknownKind } from "../codec/reduction.ts";
import type { Block } from "../codec/graph.ts";
import { borrowBuffer, returnBuffers } from "../codec/buffer_pool.ts";
import { connectTo } from "../transport/client.ts";
import {
  begunMessage,
  failureMessage,
  importRefusedMessage,
  memoryMessage,
  type MessageText,
  readyMessage,
  returnedMessage,
  spentMessage,
  startFailureMessage,
  valueMessage,
} from "../transport/messages.ts";
import type { CallMessage, ChunkMessage, Message } from "../transport/protocol.ts";
import type { AnyFunction, FunctionRef } from "../function/function_ref.ts";
import { beginTask, endTask } from "./task_signal.ts";

/** How often at most, in milliseconds, a worker says how large it is. */
const WEIGHING = 250;

/** Notes are left in the journal so often, since to remove them costs more than to write some. */
const MOST_LEFT = 64;

type Task = { message: CallMessage | ChunkMessage; blocks: Block[] };

/** Results of tiny tasks wait for company at most so long, in milliseconds, where they can be noted meanwhile. */
const COMPANY = 0.4;

/** Serves the pool of `boot` until it says that there is no more. */
export async function runWorker(context: ChildContext): Promise<void> {
  const { boot, importModule } = context;
  const self = thisProcess();
  self.ignoreInterrupt();
  const worker = new Worker(context);
  let channel: Channel;
  try {
    channel = await connectTo(boot.service!, (channel) => {
      worker.channel = channel;
      return worker;
    });
  } catch {
    return self.exit(1); // the pool is gone, or is not what it was
  }
  // A task may end the process: what was done before it is not lost with it.
  self.atExit(() => channel.flush());
  try {
    if (boot.functionRef !== null) {
      const initializer = await resolve(boot.functionRef, importModule);
      await initializer(...await context.decodePayload() as unknown[]);
    }
  } catch (error) {
    const failure = encodeThrown(error);
    channel.post(startFailureMessage(channel.base(failure.blocks.length), failure), failure.blocks);
    await channel.drained();
    return self.exit(1);
  }
  const { journals } = await self.network();
  if (journals !== undefined) worker.openJournal(journals.open(boot.service!.address, boot.service!.token));
  channel.post(readyMessage());
  channel.flush();
  return await worker.finished;
}

class Worker {
  channel!: Channel;
  #journal: Journal | null = null;
  /** Whether all results that were not sent are in the journal. */
  #noted = false;
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #context: ChildContext;
  readonly #functions = new Map<number, { note: FunctionRef; fn: AnyFunction | null }>();
  readonly #inbox: Task[] = [];
  readonly #unwanted = new Set<number>();
  /** The last task that it has got, and the last one when it said so. */
  #last = 0;
  #announced = 0;
  /** How often notes were left in the journal that are needed no more. */
  #left = 0;
  /** Called when the pool has taken back what this worker, being frozen, must not begin. */
  #thawed: (() => void) | null = null;
  #running = false;
  #finishing = false;
  /** When it last said how large it is. */
  #weighed = -Infinity;

  constructor(context: ChildContext) {
    this.#context = context;
  }

  /** Settles when the pool has no more work. */
  get finished(): Promise<void> {
    return this.#end.promise;
  }

  openJournal(journal: Journal | null): void {
    this.#journal = journal;
    this.#noted = journal !== null;
  }

  message(message: Message, blocks: Block[]): void {
    switch (message[0]) {
      case "function":
        this.#functions.set(message[1], { note: message[2], fn: null });
        break;
      case "call":
      case "chunk":
        this.#inbox.push({ message, blocks });
        this.#last = message[1];
        break;
      case "abort": {
        const [, task, base, reason] = message;
        this.#unwanted.add(task);
        endTask(task, decode(reason, blocks.slice(base)));
        break;
      }
      case "thaw":
        this.#journal?.thaw();
        this.#giveBack();
        this.#thawed?.();
        break;
      case "recall":
        this.#giveBack();
        break;
      case "finish":
        this.#finishing = true;
        break;
    }
    if (!this.#running) {
      this.#running = true;
      // After the whole frame has been read: its tasks are run as one batch.
      queueMicrotask(() => void this.#run());
    }
  }

  closed(): void {
    thisProcess().exit(0); // the pool is gone
  }

  #giveBack(): void {
    this.channel.post(returnedMessage(this.#inbox.splice(0).map(({ message }) => message[1])));
  }

  async #run(): Promise<void> {
    let since = performance.now();
    let count = 0;
    // What was given last is sent before anything else begins.
    if (!this.channel.idle) await this.channel.drained();
    // Notes that are left do no harm, since tasks that have come now are said before they begin.
    if (++this.#left > MOST_LEFT) await this.#send();
    this.#noted = this.#journal !== null;
    while (this.#inbox.length > 0) {
      // Said before it is asked: either this worker learns that it is frozen, or its pool that the task has begun.
      if (this.#announced < this.#last && !this.#announce()) {
        await this.#send();
        continue;
      }
      if (this.#journal?.frozen()) {
        await this.#seized(count, since);
        since = performance.now();
        count = 0;
        continue;
      }
      const running = this.#task(this.#inbox.shift()!);
      if (running instanceof Promise) await running;
      count++;
      const now = performance.now();
      const report = this.#inbox.length === 0 || now - since > COMPANY;
      if (report) {
        this.channel.post(spentMessage(count, now - since));
        if (now - this.#weighed > WEIGHING) this.#weigh(now);
        since = now;
        count = 0;
      }
      // Should the next task end this process, what was done is not lost with it: it is sent, or it is noted.
      if (!report && this.#noted) continue;
      if (this.#inbox.length > 0) await this.#send();
      else this.channel.flush();
    }
    this.#running = false;
    if (this.#finishing) await this.#finish();
  }

  /** Sends all results: the notes of them are needed no more. */
  async #send(): Promise<void> {
    this.channel.flush();
    if (!this.channel.idle) await this.channel.drained();
    if (this.#journal === null) return;
    this.#noted = true;
    this.#left = 0;
    this.#journal.clear();
    this.#announced = 0; // the note of it is gone
  }

  /** Waits until the pool has said that it has taken back what it wants. */
  async #seized(count: number, since: number): Promise<void> {
    if (count > 0) this.channel.post(spentMessage(count, performance.now() - since));
    this.channel.flush();
    await new Promise<void>((resolve) => this.#thawed = resolve);
    this.#thawed = null;
  }

  #weigh(now: number): void {
    this.#weighed = now;
    this.channel.post(memoryMessage(thisProcess().residentBytes()));
  }

  /**
   * Says which task it begins, and what it has got: should it die, the pool knows which was begun and which were not.
   * False when there is no room for the note.
   */
  #announce(): boolean {
    const text = begunMessage(this.#inbox[0]!.message[1], this.#last);
    if (this.#journal === null) {
      this.channel.post(text);
      this.channel.flush();
    } else if (!this.#journal.write(text)) return false;
    this.#announced = this.#last;
    return true;
  }

  /** Sends a result with the next flush, and notes it until then. */
  #post(text: MessageText, blocks: readonly Block[], tell?: () => void): void {
    this.channel.post(text, blocks, tell);
    // With nothing behind it, it is sent before anything else happens.
    this.#noted &&= blocks.length === 0 && this.#inbox.length > 0 && this.#journal!.write(text);
  }

  async #finish(): Promise<void> {
    await this.channel.drained();
    await runExitHooks();
    this.channel.close();
    this.#end.resolve();
    thisProcess().exitWhenFlushed(0);
  }

  /** Runs one task; a promise only when the task is one. */
  #task({ message, blocks }: Task): Promise<void> | void {
    const [type, id, number, base, payload] = message;
    if (this.#unwanted.delete(id)) return this.#failed(id, new ProcessError("Cannot run task: it was cancelled"), 0);
    const entry = this.#functions.get(number)!;
    if (entry.fn === null) return this.#resolved(entry, { message, blocks });
    let input: unknown[];
    try {
      input = decode(payload, base === 0 ? blocks : blocks.slice(base), true) as unknown[];
    } catch (error) {
      if (error instanceof UnknownKind) return this.#learned({ message, blocks });
      return this.#failed(id, error, 0);
    }
    if (type === "chunk") return this.#chunk(id, entry.fn, input, message[5] === 1);
    beginTask(id);
    try {
      const value = entry.fn(...input);
      if (isThenable(value)) return this.#settle(id, value);
      this.#done(id, value);
    } catch (error) {
      this.#failed(id, error, 0);
    }
  }

  async #settle(id: number, value: PromiseLike<unknown>): Promise<void> {
    try {
      const result = await value;
      // Who gets the result finds what the task has put.
      const sight = settleWrites();
      if (sight !== null) await sight;
      this.#done(id, result);
    } catch (error) {
      this.#failed(id, error, 0);
    }
  }

  /** Loads what knows shared objects, and runs the task then. */
  async #learned(task: Task): Promise<void> {
    await this.#context.loadSharedClasses();
    await this.#task(task);
  }

  /** Finds the function, which imports its module, and runs the task then. */
  async #resolved(entry: { note: FunctionRef; fn: AnyFunction | null }, task: Task): Promise<void> {
    const id = task.message[1];
    let forbidden: string | null = null;
    const load: Importer = async (url) => {
      try {
        return await this.#context.importModule(url);
      } catch (error) {
        // A refused import rejects with a plain TypeError. A worker that is started with the module needs no right to it.
        const isRefusal = error instanceof TypeError || error instanceof Error && error.name === "NotCapable";
        if (isRefusal && !this.#context.wasStartedWith(url)) forbidden = url;
        throw error;
      }
    };
    try {
      entry.fn = await resolve(entry.note, load);
    } catch (error) {
      if (forbidden === null) return this.#failed(id, error, 0);
      const refusal = encodeThrown(error);
      const base = this.channel.base(refusal.blocks.length);
      this.channel.post(importRefusedMessage(id, base, refusal, forbidden), refusal.blocks);
      this.#noted = false; // it begins no other
      return;
    }
    await this.#task(task);
  }

  async #chunk(id: number, fn: AnyFunction, items: unknown[], spread: boolean): Promise<void> {
    beginTask(id);
    const values: unknown[] = new Array(items.length);
    for (let index = 0; index < items.length; index++) {
      try {
        const value = spread ? fn(...items[index] as unknown[]) : fn(items[index]);
        if (isThenable(value)) {
          values[index] = await value;
          if (this.#unwanted.has(id)) {
            return this.#failed(id, new ProcessError("Cannot run task: it was cancelled"), index);
          }
        } else values[index] = value;
      } catch (error) {
        return this.#failed(id, error, index);
      }
    }
    const sight = settleWrites();
    if (sight !== null) await sight;
    this.#done(id, values);
  }

  #done(id: number, value: unknown): void {
    endTask(id);
    this.#unwanted.delete(id); // too late: it is done
    let encoded: Encoded;
    try {
      encoded = encode(value, "result", borrowBuffer);
    } catch (error) {
      return this.#failed(id, error, 0);
    }
    const { blocks } = encoded;
    const text = valueMessage(id, this.channel.base(blocks.length), encoded);
    if (blocks.length === 0) return this.#post(text, blocks);
    this.#post(text, blocks, () => {
      if (!this.channel.over) returnBuffers(blocks);
    });
  }

  #failed(id: number, error: unknown, index: number): void {
    endTask(id);
    this.#unwanted.delete(id);
    const failure = encodeThrown(error);
    const base = this.channel.base(failure.blocks.length);
    this.#post(failureMessage(id, base, failure, index), failure.blocks);
  }
}

function encodeThrown(thrown: unknown): Encoded {
  try {
    return encode(withHint(thrown), "error");
  } catch (error) {
    return encode(describeThrown(thrown, error), "error");
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
