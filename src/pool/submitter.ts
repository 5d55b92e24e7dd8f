/**
 * The reception of a pool: names functions, encodes arguments, cuts maps into
 * chunks, and hands jobs to the engine, which is loaded with the first pool: who
 * only starts processes does not pay for it. Knows what users give, not workers.
 *
 * @module
 */
import { encode, type Encoded } from "../codec/codec.ts";
import { Full } from "../errors.ts";
import { seek } from "../function/locate.ts";
import { lend } from "../codec/buffer_pool.ts";
import { labelOf, type Target } from "../function/task.ts";
import type { AsyncResult, Callbacks } from "./async_result.ts";
import { Assembly, defaultChunkSize, encodeChunk, partsOf } from "./map_chunks.ts";
import type { Engine, EngineOptions } from "./scheduler.ts";
import { Imap } from "./imap.ts";
import { Job, Tally, type Work } from "./task.ts";
import { bufferOf, checkIterable, checkMap, chunkSizeOf, type ImapOptions, type MapOptions } from "./map_options.ts";
import { progressOf } from "./progress.ts";
import { Submission, type Withdraw } from "./pending_task.ts";
import { bound, checkCall, type TaskOptions } from "./task_options.ts";

/** What a call of a pool's may be given besides the arguments. */
export type CallOptions = TaskOptions & Callbacks<unknown> & { kwargs?: object };

export class Reception {
  readonly tally: Tally = new Tally();
  readonly #size: number;
  /** So many tasks may be under way: those that run and those that wait. */
  readonly #most: number;
  #engine: Engine | null = null;
  #boarding: ((engine: Engine) => void)[] = [];
  /** By function; weak, since inline() makes a new target at every call. */
  readonly #works = new WeakMap<object, Work>();
  #named = 0;

  /** @param maxQueue tasks that may wait, beyond one that runs in each worker */
  constructor(size: number, maxQueue: number) {
    this.#size = size;
    this.#most = size + maxQueue;
  }

  /** Starts the engine. */
  async open(options: EngineOptions): Promise<void> {
    const { Engine } = await import("./scheduler.ts");
    const engine = this.#engine = new Engine(options, this.tally);
    for (const act of this.#boarding.splice(0)) act(engine);
  }

  /** Does something with the engine, as soon as it is there. */
  with(act: (engine: Engine) => void): void {
    if (this.#engine === null) this.#boarding.push(act);
    else act(this.#engine);
  }

  /** The engine, or null while it is being loaded. */
  get engine(): Engine | null {
    return this.#engine;
  }

  /** A function as the pool knows it. @throws {TargetError} it cannot be named for another process */
  nameOf(fn: unknown): Work {
    let work = this.#works.get(fn as object);
    if (work === undefined) {
      const note = seek(fn);
      work = { note, number: this.#named++, name: labelOf(fn) };
      this.#works.set(fn as object, work);
    }
    return work;
  }

  /** One call in one worker. */
  submit(fn: Target, args: unknown[] = [], options: CallOptions | undefined, act: string): AsyncResult<unknown> {
    const work = this.nameOf(fn);
    if (!Array.isArray(args)) throw new TypeError(`Cannot ${act}: args is not an array`);
    if (options !== undefined) checkCall(options, act);
    const submission = new Submission<unknown>(this.#withdraw, options);
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
      const job = new Job(work, "call", encode(input, "args", lend), submission, this.tally);
      submission.jobs = [job];
      if (this.#engine !== null) this.#engine.submit(job); // no closure for each of a million
      else this.with((engine) => engine.submit(job));
      if (options !== undefined) bound(result, options, work.name);
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
      : Array.from(items, (item, at) => partsOf(item, `Cannot ${act}: items[${at}] is not iterable`));
    const size = chunksize ?? defaultChunkSize(list.length, this.#size);
    const count = Math.ceil(list.length / size);
    const submission = new Submission<unknown[]>(this.#withdraw, options);
    const { result } = submission;
    const progress = progressOf(options, list.length);
    const assembly = new Assembly<unknown>(list.length, count, (failure, values) => {
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
      return new Job(work, kind, input, outcome, this.tally, items);
    });
    if (count === 0) submission.value([]);
    this.with((engine) => jobs.forEach((job) => engine.submit(job)));
    bound(result, options, work.name);
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
      const submission = new Submission<Awaited<R>[]>(this.#withdraw, undefined);
      const job = new Job(work, "map", encodeChunk(part, offset), submission, this.tally, part.length);
      submission.jobs = [job];
      this.with((engine) => engine.submit(job));
      bound(submission.result, options, work.name);
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
          const assembly = new Assembly<unknown>(size, size, (failure, values) => {
            if (failure === null) resolve(values);
            else reject(failure.error);
          });
          if (size === 0) resolve([]);
          return Array.from({ length: size }, (_, at) => {
            const outcome = {
              value: (value: unknown) => assembly.value(at, [value]),
              error: (error: unknown) => assembly.error(at, error),
            };
            return new Job(work, "call", input, outcome, this.tally);
          });
        });
      })
    );
  }

  readonly #withdraw: Withdraw = (jobs, reason) =>
    this.with((engine) => jobs.forEach((job) => engine.cancel(job, reason)));
}
