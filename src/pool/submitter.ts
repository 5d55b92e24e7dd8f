/**
 * Turns what users call into tasks: names functions, encodes arguments, cuts maps
 * into chunks, and submits the tasks to the scheduler. Knows no worker.
 *
 * @module
 */
import { type CallTrace, failureOf, TraceBudget, traceHere } from "../error_stack.ts";
import { encode, type Encoded } from "../codec/codec.ts";
import { Full } from "../errors.ts";
import { locateTarget } from "../function/locate.ts";
import { thrownElsewhere } from "../codec/error_codec.ts";
import { borrowBuffer } from "../codec/buffer_pool.ts";
import { isTarget, labelOf, type Target } from "../function/task.ts";
import type { AsyncResult, Callbacks } from "./async_result.ts";
import { argumentsOfItem, argumentsSwapped, checkArgs, checkIterable } from "./given_arguments.ts";
import { defaultChunkSize, encodeChunk, MapAssembly } from "./map_chunks.ts";
import { LazyScheduler } from "./lazy_scheduler.ts";
import type { Scheduler, SchedulerOptions } from "./scheduler.ts";
import { type ChunkOutcome, Imap } from "./imap.ts";
import { Task, TaskCounters, type TaskFunction } from "./task.ts";
import { PendingTask, type WithdrawTasks } from "./pending_task.ts";
import {
  boundResult,
  checkCallOptions,
  checkMapOptions,
  IMAP_OPTIONS,
  type ImapOptions,
  itemCountOf,
  MAP_OPTIONS,
  type MapOptions,
  progressReporter,
  type TaskOptions,
} from "./task_options.ts";
import type { PoolStats } from "./stats.ts";

/** Options of a single call. */
export type ApplyOptions = TaskOptions & Callbacks<unknown> & { kwargs?: object };

const taskTraces = new TraceBudget();

/** Chunks for each worker that a lazy map draws ahead when `buffer` is not given. */
const DEFAULT_BUFFERED_CHUNKS = 16;

export class Submitter {
  readonly counters: TaskCounters = new TaskCounters();
  readonly #size: number;
  /** Tasks that may be outstanding: those that run and those that wait. */
  readonly #maxOutstanding: number;
  readonly #lazy: LazyScheduler = new LazyScheduler(this.counters);
  /** By what the user gave; weak, since `inline()` makes a new target at each call. */
  readonly #functions = new WeakMap<object, TaskFunction>();
  #functionCount = 0;

  /** @param maxQueue tasks that may wait, beyond one that runs in each worker */
  constructor(size: number, maxQueue: number) {
    this.#size = size;
    this.#maxOutstanding = size + maxQueue;
  }

  /** Imports the scheduler and starts it. */
  open(options: SchedulerOptions): void {
    this.#lazy.open(options);
  }

  /** As {@linkcode LazyScheduler.use}. */
  withScheduler(act: (scheduler: Scheduler) => void): void {
    this.#lazy.use(act);
  }

  #submit(tasks: readonly Task[]): void {
    this.#lazy.use(
      (scheduler) => tasks.forEach((task) => scheduler.submit(task)),
      (error) => tasks.forEach((task) => task.fail(error)),
    );
  }

  /** Settles when all workers have ended. */
  finished(): Promise<void> {
    return new Promise((resolve) =>
      this.#lazy.use((scheduler) => void scheduler.finished().then(resolve), () => resolve())
    );
  }

  /** Null until it is imported. */
  get scheduler(): Scheduler | null {
    return this.#lazy.scheduler;
  }

  /**
   * Names a function for the workers.
   *
   * @param next what the user gave after it
   * @throws {TypeError} it is no function
   * @throws {TargetError} another process cannot find it
   */
  #functionOf(target: unknown, next: unknown, act: string): TaskFunction {
    let fn = this.#functions.get(target as object);
    if (fn === undefined) {
      if (isTarget(next) && !isTarget(target)) throw argumentsSwapped(act);
      fn = { ref: locateTarget(target), number: this.#functionCount++, name: labelOf(target) };
      this.#functions.set(target as object, fn);
    }
    return fn;
  }

  /** State of the workers, and counts of tasks. */
  stats(): PoolStats {
    const { outstanding } = this.counters;
    return this.scheduler?.stats() ?? { workers: [], queued: outstanding, running: 0, ...this.counters.totals() };
  }

  /** What `console.log()` shows of the pool. */
  describe(state: string): object {
    const { queued, running, completed, failed } = this.stats();
    return { state, processes: this.#size, queued, running, completed, failed };
  }

  /** Submits one call. */
  call(target: Target, args: unknown[] = [], options: ApplyOptions | undefined, act: string): AsyncResult<unknown> {
    const fn = this.#functionOf(target, args, act);
    checkArgs(args, act);
    if (options !== undefined) checkCallOptions(options, act);
    const pending = new PendingTask<unknown>(this.#withdraw, options, taskTraces.take());
    const { result } = pending;
    const { outstanding } = this.counters;
    if (outstanding >= this.#maxOutstanding) {
      const state = `${outstanding} tasks are under way, wait for some or raise maxQueue`;
      this.#refuse(pending, new Full(`Cannot ${act}: ${state}`));
      return result;
    }
    const input = options?.kwargs === undefined ? args : [...args, { ...options.kwargs }];
    try {
      const task = new Task(fn, "call", encode(input, "args", borrowBuffer), pending, this.counters);
      pending.tasks = [task];
      const { scheduler } = this.#lazy;
      if (scheduler !== null) scheduler.submit(task); // without a closure: there may be a million calls
      else this.#submit(pending.tasks);
      if (options !== undefined) task.clock = boundResult(result, options, fn.name);
    } catch (error) {
      this.#refuse(pending, error);
    }
    return result;
  }

  /** Rejects what cannot be submitted. */
  #refuse(pending: { error(error: unknown): void }, error: unknown): void {
    this.counters.countRefused();
    pending.error(error);
  }

  /** Submits one call for each item, in chunks. */
  map(
    target: Target,
    items: Iterable<unknown>,
    options: (MapOptions & Callbacks<never>) | undefined,
    kind: "map" | "starmap",
    act: string,
  ): AsyncResult<unknown[]> {
    const fn = this.#functionOf(target, items, act);
    checkMapOptions(options, MAP_OPTIONS, act);
    const chunksize = itemCountOf(options, "chunksize", act);
    checkIterable(items, [Symbol.iterator], act);
    const list = kind === "map" ? Array.from(items) : Array.from(items, (item, at) => argumentsOfItem(item, at, act));
    const size = chunksize ?? defaultChunkSize(list.length, this.#size);
    const count = Math.ceil(list.length / size);
    const pending = new PendingTask<unknown[]>(this.#withdraw, options as Callbacks<unknown[]>, traceHere());
    const { result } = pending;
    const report = progressReporter(options, list.length);
    const settle = (failure: { error: unknown } | null, values: unknown[]) =>
      failure === null ? pending.value(values) : pending.error(failure.error);
    const assembly = new MapAssembly<unknown>(list.length, count, (failure, values) => {
      if (report === undefined) settle(failure, values);
      else queueMicrotask(() => settle(failure, values)); // after the last call of onProgress
    });
    let inputs: Encoded[];
    try {
      inputs = Array.from({ length: count }, (_, at) => encodeChunk(list.slice(at * size, (at + 1) * size), at * size));
    } catch (error) {
      this.#refuse(pending, error);
      return result;
    }
    const tasks = pending.tasks = inputs.map((input, at) => {
      const offset = at * size;
      const items = Math.min(size, list.length - offset);
      const outcome = {
        value(values: unknown) {
          report?.(items);
          assembly.value(offset, values as unknown[]);
        },
        error(error: unknown, index: number) {
          if (!result.ready()) report?.(items);
          assembly.error(offset + index, error);
        },
      };
      return new Task(fn, kind, input, outcome, this.counters, items);
    });
    if (count === 0) pending.value([]);
    this.#submit(tasks);
    const clock = boundResult(result, options, fn.name);
    for (const task of tasks) task.clock = clock;
    return result;
  }

  /** Submits one call for each item, drawn as workers have room. */
  imap<T, R>(
    target: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions | undefined,
    ordered: boolean,
    act: string,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    const fn = this.#functionOf(target, items, act);
    checkMapOptions(options, IMAP_OPTIONS, act);
    const chunksize = itemCountOf(options, "chunksize", act) ?? 1;
    const buffer = itemCountOf(options, "buffer", act) ?? DEFAULT_BUFFERED_CHUNKS * this.#size * chunksize;
    checkIterable(items, [Symbol.asyncIterator, Symbol.iterator], act);
    const report = progressReporter(options, Array.isArray(items) ? items.length : null);
    const trace = traceHere();
    const submit = (chunk: T[], offset: number) => {
      const pending = new PendingTask<ChunkOutcome<Awaited<R>>>(this.#withdraw, undefined, trace);
      const isSingle = chunk.length === 1; // fails as a call does
      const outcome = {
        value: (value: unknown) => pending.value(isSingle ? outcomeOfValue(value) : this.#outcomeOfChunk(value, trace)),
        error: (error: unknown) => pending.error(error),
      };
      const input = encodeChunk(chunk, offset);
      const task = new Task(fn, isSingle ? "map" : "imap", input, outcome, this.counters, chunk.length);
      pending.tasks = [task];
      this.#submit(pending.tasks);
      task.clock = boundResult(pending.result, options, fn.name);
      return pending.result;
    };
    return new Imap<T, Awaited<R>>(items, submit, { chunksize, buffer, ordered, report });
  }

  /** A chunk with a failed item counts as failed. */
  #outcomeOfChunk(value: unknown, trace: CallTrace): ChunkOutcome<unknown> {
    const [values, failures] = value as [unknown[], [index: number, error: unknown][]];
    if (failures.length > 0) {
      this.counters.completed--;
      this.counters.failed++;
    }
    const failureAt = (error: unknown) => failureOf(thrownElsewhere(error), trace);
    return { values, failures: new Map(failures.map(([index, error]) => [index, failureAt(error)])) };
  }

  /** Submits one call to every worker. */
  broadcast(target: Target, args: unknown[] = []): Promise<unknown[]> {
    const fn = this.#functionOf(target, args, "broadcast");
    checkArgs(args, "broadcast");
    const input = encode(args, "args");
    const trace = traceHere();
    return new Promise((resolve, rejectWith) => {
      const reject = (error: unknown) => rejectWith(failureOf(error, trace));
      const tasksFor = (workers: number): Task[] => {
        const assembly = new MapAssembly<unknown>(workers, workers, (failure, values) => {
          if (failure === null) resolve(values);
          else reject(failure.error);
        });
        if (workers === 0) resolve([]);
        return Array.from({ length: workers }, (_, at) => {
          const outcome = {
            value: (value: unknown) => assembly.value(at, [value]),
            error: (error: unknown) => assembly.error(at, error),
          };
          return new Task(fn, "call", input, outcome, this.counters);
        });
      };
      this.#lazy.use((scheduler) => scheduler.broadcast(tasksFor), reject);
    });
  }

  readonly #withdraw: WithdrawTasks = (tasks, reason) =>
    this.withScheduler((scheduler) => tasks.forEach((task) => scheduler.cancel(task, reason)));
}

const NO_FAILURES: ReadonlyMap<number, unknown> = new Map();

/** The outcome of a chunk of one item. */
function outcomeOfValue(value: unknown): ChunkOutcome<unknown> {
  return { values: value as unknown[], failures: NO_FAILURES };
}
