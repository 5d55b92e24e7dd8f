/**
 * The reception of a pool: names functions, encodes arguments, cuts maps into
 * chunks, and hands jobs to the engine, which is loaded with the first pool: who
 * only starts processes does not pay for it. Knows what users give, not workers.
 *
 * @module
 */
import { encode, type Encoded } from "../codec/codec.ts";
import { Full } from "../errors.ts";
import { locate } from "../function/locate.ts";
import { borrowBuffer } from "../codec/buffer_pool.ts";
import { labelOf, type Target } from "../function/task.ts";
import type { AsyncResult, Callbacks } from "./async_result.ts";
import { argumentsOfItem, defaultChunkSize, encodeChunk, MapAssembly } from "./map_chunks.ts";
import type { Scheduler, SchedulerOptions } from "./scheduler.ts";
import { Imap } from "./imap.ts";
import { Task, TaskCounters, type TaskFunction } from "./task.ts";
import { bufferOf, checkIterable, checkMap, chunkSizeOf, type ImapOptions, type MapOptions } from "./map_options.ts";
import { progressOf } from "./progress.ts";
import { PendingTask, type WithdrawTasks } from "./pending_task.ts";
import { boundTask, checkCall, type TaskOptions } from "./task_options.ts";

/** What a call of a pool's may be given besides the arguments. */
export type SubmitOptions = TaskOptions & Callbacks<unknown> & { kwargs?: object };

export class Submitter {
  readonly tally: TaskCounters = new TaskCounters();
  readonly #size: number;
  /** So many tasks may be under way: those that run and those that wait. */
  readonly #most: number;
  #engine: Scheduler | null = null;
  #boarding: ((engine: Scheduler) => void)[] = [];
  /** By function; weak, since inline() makes a new target at every call. */
  readonly #works = new WeakMap<object, TaskFunction>();
  #named = 0;

  /** @param maxQueue tasks that may wait, beyond one that runs in each worker */
  constructor(size: number, maxQueue: number) {
    this.#size = size;
    this.#most = size + maxQueue;
  }

  /** Starts the engine. */
  async open(options: SchedulerOptions): Promise<void> {
    const { Scheduler } = await import("./scheduler.ts");
    const engine = this.#engine = new Scheduler(options, this.tally);
    for (const act of this.#boarding.splice(0)) act(engine);
  }

  /** Does something with the engine, as soon as it is there. */
  with(act: (engine: Scheduler) => void): void {
    if (this.#engine === null) this.#boarding.push(act);
    else act(this.#engine);
  }

  /** The engine, or null while it is being loaded. */
  get engine(): Scheduler | null {
    return this.#engine;
  }

  /** A function as the pool knows it. @throws {TargetError} it cannot be named for another process */
  nameOf(fn: unknown): TaskFunction {
    let work = this.#works.get(fn as object);
    if (work === undefined) {
      const note = locate(fn);
      work = { note, number: this.#named++, name: labelOf(fn) };
      this.#works.set(fn as object, work);
    }
    return work;
  }

  /** One call in one worker. */
  submit(fn: Target, args: unknown[] = [], options: SubmitOptions | undefined, act: string): AsyncResult<unknown> {
    const work = this.nameOf(fn);
    if (!Array.isArray(args)) throw new TypeError(`Cannot ${act}: args is not an array`);
    if (options !== undefined) checkCall(options, act);
    const submission = new PendingTask<unknown>(this.#withdraw, options);
    const { result } = submission;
    if (this.tally.outstanding >= this.#most) {
      this.#refuse(
        submission,
        new Full(`Cannot ${act}: ${this.tally.outstanding} tasks are under way, wait for some or raise maxQueue`),
      );
      return result;
    }
    const input = options?.kwargs === undefined ? args : [...args, { ...options.kwargs }];
    try {
      const job = new Task(work, "call", encode(input, "args", borrowBuffer), submission, this.tally);
      submission.jobs = [job];
      if (this.#engine !== null) this.#engine.submit(job); // no closure for each of a million
      else this.with((engine) => engine.submit(job));
      if (options !== undefined) boundTask(result, options, work.name);
    } catch (error) {
      this.#refuse(submission, error);
    }
    return result;
  }

  /** Rejects what does not become a task. */
  #refuse(submission: { error(error: unknown): void }, error: unknown): void {
    this.tally.refuse();
    submission.error(error);
  }

  /** One call for each item, in chunks. */
  spread(
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & Callbacks<unknown[]>) | undefined,
    kind: "map" | "starmap",
    act: string,
  ): AsyncResult<unknown[]> {
    const work = this.nameOf(fn);
    checkMap(options, act);
    const chunksize = chunkSizeOf(options, act);
    checkIterable(items, [Symbol.iterator], act);
    const list = kind === "map"
      ? Array.from(items)
      : Array.from(items, (item, at) => argumentsOfItem(item, `Cannot ${act}: items[${at}] is not iterable`));
    const size = chunksize ?? defaultChunkSize(list.length, this.#size);
    const count = Math.ceil(list.length / size);
    const submission = new PendingTask<unknown[]>(this.#withdraw, options);
    const { result } = submission;
    const progress = progressOf(options, list.length);
    const assembly = new MapAssembly<unknown>(list.length, count, (failure, values) => {
      if (failure === null) submission.value(values);
      else submission.error(failure.error);
    });
    let inputs: Encoded[];
    try {
      inputs = Array.from({ length: count }, (_, at) => encodeChunk(list.slice(at * size, (at + 1) * size), at * size));
    } catch (error) {
      this.#refuse(submission, error);
      return result;
    }
    const jobs = submission.jobs = inputs.map((input, at) => {
      const offset = at * size;
      const items = Math.min(size, list.length - offset);
      const outcome = {
        value(values: unknown) {
          progress?.(items);
          assembly.value(offset, values as unknown[]);
        },
        error(error: unknown, index: number) {
          if (!result.ready()) progress?.(items);
          assembly.error(offset + index, error);
        },
      };
      return new Task(work, kind, input, outcome, this.tally, items);
    });
    if (count === 0) submission.value([]);
    this.with((engine) => jobs.forEach((job) => engine.submit(job)));
    boundTask(result, options, work.name);
    return result;
  }

  /** One call for each item, drawn as workers have room. */
  lazy<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions | undefined,
    ordered: boolean,
    act: string,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    const work = this.nameOf(fn);
    checkMap(options, act);
    const chunksize = chunkSizeOf(options, act) ?? 1;
    const buffer = bufferOf(options, act) ?? 16 * this.#size * chunksize;
    checkIterable(items, [Symbol.asyncIterator, Symbol.iterator], act);
    const progress = progressOf(options, Array.isArray(items) ? items.length : null);
    const submit = (part: T[], offset: number) => {
      const submission = new PendingTask<Awaited<R>[]>(this.#withdraw, undefined);
      const job = new Task(work, "map", encodeChunk(part, offset), submission, this.tally, part.length);
      submission.jobs = [job];
      this.with((engine) => engine.submit(job));
      boundTask(submission.result, options, work.name);
      return submission.result;
    };
    return new Imap<T, Awaited<R>>(items, submit, { chunksize, buffer, ordered, progress });
  }

  /** One call in every worker. */
  broadcast(fn: Target, args: unknown[] = []): Promise<unknown[]> {
    const work = this.nameOf(fn);
    if (!Array.isArray(args)) throw new TypeError("Cannot broadcast: args is not an array");
    const input = encode(args, "args");
    return new Promise((resolve, reject) =>
      this.with((engine) => {
        engine.everywhere((size) => {
          const assembly = new MapAssembly<unknown>(size, size, (failure, values) => {
            if (failure === null) resolve(values);
            else reject(failure.error);
          });
          if (size === 0) resolve([]);
          return Array.from({ length: size }, (_, at) => {
            const outcome = {
              value: (value: unknown) => assembly.value(at, [value]),
              error: (error: unknown) => assembly.error(at, error),
            };
            return new Task(work, "call", input, outcome, this.tally);
          });
        });
      })
    );
  }

  readonly #withdraw: WithdrawTasks = (jobs, reason) =>
    this.with((engine) => jobs.forEach((job) => engine.cancel(job, reason)));
}
