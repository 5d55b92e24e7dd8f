/**
 * `Pool`: a number of worker processes that share work, as in Python's
 * `multiprocessing`. This file is the spine: it checks what users give, names
 * functions, encodes arguments, and leaves the rest to its parts.
 *
 *     Pool ─► Job ─► Engine ─► Member ═══ worker_main        (work, out)
 *     AsyncResult ◄─── Job ◄── Member ◄══ worker_main        (outcomes, back)
 *
 * @module
 */
import { encode } from "../codec.ts";
import { ClosedError, StateError } from "../errors.ts";
import { refuseSending } from "../graph.ts";
import { refuseWhileImporting } from "../guard.ts";
import { cpuCount } from "../identity.ts";
import { Belonging, heard, unanswered } from "../inherited.ts";
import { isReplaying } from "../path.ts";
import { KILL_GRACE } from "../process.ts";
import type { Note } from "../registry.ts";
import { seek } from "../seek.ts";
import { labelOf, type Target } from "../target.ts";
import { checkWait, type Wait, waitFor } from "../wait.ts";
import { AsyncResult, type Callbacks } from "./async_result.ts";
import { Assembly, defaultChunkSize, encodeChunk, partsOf } from "./chunks.ts";
import type { Engine } from "./engine.ts";
import { Imap } from "./imap.ts";
import { Job, type Work } from "./job.ts";
import { bufferOf, checkIterable, chunkSizeOf, type ImapOptions, type MapOptions } from "./map_options.ts";
import { checkPoolOptions, type PoolOptions, sizeOf } from "./pool_options.ts";
import { Submission, type Withdraw } from "./submission.ts";
import { bound, checkTask, type TaskOptions } from "./task_options.ts";

/**
 * A pool of worker processes.
 *
 * Python's `multiprocessing.Pool`. Workers run one task at a time each; every
 * task settles, also when its worker dies. Tasks are functions that another
 * process can find: exports, or what `task()` and `inline()` give. An idle pool
 * does not keep the program alive.
 *
 * @example Squares in two processes
 * ```ts
 * import { Pool } from "@brood/multiprocessing";
 *
 * export function square(n: number) {
 *   return n * n;
 * }
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(2);
 *   console.log(await pool.map(square, [1, 2, 3])); // [1, 4, 9]
 * }
 * ```
 */
export class Pool {
  readonly #size: number;
  readonly #belonging = new Belonging("pool");
  #phase: "open" | "closed" | "terminated" = "open";
  #engine: Engine | null = null;
  #boarding: ((engine: Engine) => void)[] = [];
  /** By function; weak, since inline() makes a new target at every call. */
  readonly #works = new WeakMap<object, Work>();
  #named = 0;

  /**
   * Makes a pool; its workers start with it.
   *
   * @param processes number of workers, at least 1; default {@linkcode cpuCount}
   * @throws {RangeError} fewer than one worker
   * @throws {TypeError} an option is of the wrong kind
   * @throws {TargetError} the initializer cannot be named for another process
   * @throws {BootstrapError} this process is a child that imports its target's module
   */
  constructor(processes?: number, options?: PoolOptions);
  /** With the number of workers among the options. */
  constructor(options?: PoolOptions);
  constructor(first?: number | PoolOptions, second?: PoolOptions) {
    const options: PoolOptions = (typeof first === "object" && first !== null ? first : second) ?? {};
    const processes: unknown = typeof first === "object" && first !== null
      ? first.processes
      : first ?? options.processes;
    checkPoolOptions(options);
    this.#size = sizeOf(processes ?? cpuCount());
    refuseWhileImporting("make pool");
    if (this.#belonging.inherited) return;
    const { initializer, initargs = [], name = "Pool", killGrace = KILL_GRACE, maxRestarts = 3 } = options;
    const note: Note | null = initializer === undefined ? null : seek(initializer);
    const input = encode(initargs, "initargs");
    void this.#board({
      size: this.#size,
      name,
      setting: options,
      initializer: note,
      initargs: input,
      killGrace,
      maxRestarts,
    });
  }

  /** The engine is loaded with the first pool: who only starts processes does not pay for it. */
  async #board(options: ConstructorParameters<typeof Engine>[0]): Promise<void> {
    const { Engine } = await import("./engine.ts");
    const engine = this.#engine = new Engine(options);
    for (const act of this.#boarding.splice(0)) act(engine);
  }

  #with(act: (engine: Engine) => void): void {
    if (this.#belonging.inherited) return;
    if (this.#engine === null) this.#boarding.push(act);
    else act(this.#engine);
  }

  /**
   * Calls `fn` once in a worker.
   *
   * @param args arguments; they are copied now
   * @returns what `fn` gives, awaited there
   * @throws {TargetError} `fn` cannot be named for another process
   * @throws {SerializationError} the arguments, or the result, cannot cross
   * @throws {WorkerLostError} the worker died under the task
   * @throws {ClosedError} the pool takes no more tasks
   */
  apply<A extends unknown[], K extends Record<string, unknown>, R>(
    fn: Target<[...A, K], R>,
    args: A,
    options: TaskOptions & { kwargs: K },
  ): Promise<Awaited<R>>;
  /** Calls `fn` once in a worker, without `kwargs`. */
  apply<A extends unknown[], R>(
    fn: Target<A, R>,
    ...rest: [] extends A ? [args?: A, options?: TaskOptions] : [args: A, options?: TaskOptions]
  ): Promise<Awaited<R>>;
  apply(fn: Target, args?: unknown[], options?: TaskOptions & { kwargs?: object }): Promise<unknown> {
    return this.#promised(() => this.#submit(fn, args, options, "apply"));
  }

  /**
   * Calls `fn` once in a worker, and calls back here when it has ended.
   *
   * @returns the result to be; a failure that nobody asks for stays silent
   * @throws {TargetError} it can be told now that `fn` cannot be named for another process
   * @throws {ClosedError} the pool takes no more tasks
   */
  applyAsync<A extends unknown[], K extends Record<string, unknown>, R>(
    fn: Target<[...A, K], R>,
    args: A,
    options: TaskOptions & Callbacks<Awaited<R>> & { kwargs: K },
  ): AsyncResult<Awaited<R>>;
  /** Calls `fn` once in a worker, without `kwargs`, and calls back here when it has ended. */
  applyAsync<A extends unknown[], R>(
    fn: Target<A, R>,
    ...rest: [] extends A ? [args?: A, options?: TaskOptions & Callbacks<Awaited<R>>]
      : [args: A, options?: TaskOptions & Callbacks<Awaited<R>>]
  ): AsyncResult<Awaited<R>>;
  applyAsync(
    fn: Target,
    args?: unknown[],
    options?: TaskOptions & Callbacks<unknown> & { kwargs?: object },
  ): AsyncResult<unknown> {
    return this.#submit(fn, args, options, "applyAsync");
  }

  /** What is wrong at the call rejects. On the way to a fork point all of it does, for those who await it. */
  #promised<R>(submit: () => AsyncResult<R>): Promise<R> {
    const promise = (async () => await submit())();
    return isReplaying() ? heard(promise) : promise;
  }

  #submit(
    fn: Target,
    args: unknown[] = [],
    options: (TaskOptions & Callbacks<unknown> & { kwargs?: object }) | undefined,
    act: string,
  ): AsyncResult<unknown> {
    const work = this.#admit(fn, act);
    if (work === null) return refused(act);
    if (!Array.isArray(args)) throw new TypeError(`Cannot ${act}: args is not an array`);
    const submission = new Submission<unknown>(this.#withdraw, options);
    const { result } = submission;
    if (options !== undefined) checkTask(options, act);
    const input = options?.kwargs === undefined ? args : [...args, { ...options.kwargs }];
    try {
      const job = new Job(work, "call", encode(input, "args"), submission);
      submission.jobs = [job];
      if (options !== undefined) bound(result, options, work.name);
      if (this.#engine !== null) this.#engine.submit(job); // no closure for each of a million
      else this.#with((engine) => engine.submit(job));
    } catch (error) {
      submission.error(error);
    }
    return result;
  }

  /**
   * Calls `fn` with each item, in workers.
   *
   * @returns the values in the order of the items; when items fail, the error of the first of them, after all have ended
   * @throws {RangeError} `chunksize` is below 1
   */
  map<T, R>(fn: Target<[T], R>, items: Iterable<T>, options?: MapOptions): Promise<Awaited<R>[]> {
    return this.#promised(() => this.#spread(fn, items, options, "map", "map") as AsyncResult<Awaited<R>[]>);
  }

  /** As {@linkcode Pool.map}, with callbacks and without waiting. */
  mapAsync<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T>,
    options?: MapOptions & Callbacks<Awaited<R>[]>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#spread(fn, items, options as Callbacks<unknown[]>, "map", "mapAsync") as AsyncResult<Awaited<R>[]>;
  }

  /** As {@linkcode Pool.map}; each item is the list of the arguments of one call. */
  starmap<A extends unknown[], R>(
    fn: Target<A, R>,
    items: Iterable<A>,
    options?: MapOptions,
  ): Promise<Awaited<R>[]> {
    return this.#promised(() => this.#spread(fn, items, options, "starmap", "starmap") as AsyncResult<Awaited<R>[]>);
  }

  /** As {@linkcode Pool.starmap}, with callbacks and without waiting. */
  starmapAsync<A extends unknown[], R>(
    fn: Target<A, R>,
    items: Iterable<A>,
    options?: MapOptions & Callbacks<Awaited<R>[]>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#spread(fn, items, options as Callbacks<unknown[]>, "starmap", "starmapAsync") as AsyncResult<
      Awaited<R>[]
    >;
  }

  #spread(
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & Callbacks<unknown[]>) | undefined,
    kind: "map" | "starmap",
    act: string,
  ): AsyncResult<unknown[]> {
    const work = this.#admit(fn, act);
    if (work === null) return refused(act);
    checkTask(options, act);
    const chunksize = chunkSizeOf(options, act);
    checkIterable(items, [Symbol.iterator], act);
    const list = kind === "map"
      ? Array.from(items)
      : Array.from(items, (item, at) => partsOf(item, `Cannot ${act}: items[${at}] is not iterable`));
    const size = chunksize ?? defaultChunkSize(list.length, this.#size);
    const count = Math.ceil(list.length / size);
    const submission = new Submission<unknown[]>(this.#withdraw, options);
    const { result } = submission;
    const assembly = new Assembly<unknown>(list.length, count, (failure, values) => {
      if (failure === null) submission.value(values);
      else submission.error(failure.error);
    });
    try {
      const jobs = submission.jobs = Array.from({ length: count }, (_, at) => {
        const offset = at * size;
        return new Job(work, kind, encodeChunk(list.slice(offset, offset + size), offset), {
          value: (values) => assembly.value(offset, values as unknown[]),
          error: (error, index) => assembly.error(offset + index, error),
        });
      });
      if (count === 0) submission.value([]);
      bound(result, options, work.name);
      this.#with((engine) => jobs.forEach((job) => engine.submit(job)));
    } catch (error) {
      submission.error(error);
    }
    return result;
  }

  /**
   * As {@linkcode Pool.map}, lazily: draws items while workers have room, and gives the
   * values in order as they come. Leaving the loop cancels what is not needed.
   *
   * @param items also an async iterable, also an endless one
   */
  imap<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#lazy<T, R>(fn, items, options, true);
  }

  /** As {@linkcode Pool.imap}; values come in the order in which they are ready. */
  imapUnordered<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#lazy<T, R>(fn, items, options, false);
  }

  #lazy<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions | undefined,
    ordered: boolean,
  ): AsyncIterableIterator<Awaited<R>> {
    const act = ordered ? "imap" : "imapUnordered";
    const work = this.#admit(fn, act);
    if (work === null) return failing(act);
    checkTask(options, act);
    const chunksize = chunkSizeOf(options, act) ?? 1;
    const buffer = bufferOf(options, act) ?? 16 * this.#size * chunksize;
    checkIterable(items, [Symbol.asyncIterator, Symbol.iterator], act);
    const submit = (part: T[], offset: number) => {
      const submission = new Submission<Awaited<R>[]>(this.#withdraw, undefined);
      const job = new Job(work, "map", encodeChunk(part, offset), submission);
      submission.jobs = [job];
      bound(submission.result, options, work.name);
      this.#with((engine) => engine.submit(job));
      return submission.result;
    };
    return new Imap<T, Awaited<R>>(items, submit, { chunksize, buffer, ordered });
  }

  /** Null on the way to a fork point, where nothing is submitted. */
  #admit(fn: unknown, act: string): Work | null {
    this.#belonging.check(act);
    if (this.#phase !== "open") throw new ClosedError(`Cannot ${act}: pool is ${this.#phase}`);
    if (this.#belonging.inherited) return null;
    let work = this.#works.get(fn as object);
    if (work === undefined) {
      const note = seek(fn);
      work = { note, number: this.#named++, name: labelOf(fn) };
      this.#works.set(fn as object, work);
    }
    return work;
  }

  readonly #withdraw: Withdraw = (jobs, reason) =>
    this.#with((engine) => jobs.forEach((job) => engine.cancel(job, reason)));

  /** No more tasks; those submitted are still done. Idempotent. */
  close(): void {
    this.#belonging.check("close pool");
    if (this.#phase !== "open") return;
    this.#phase = "closed";
    this.#with((engine) => engine.close());
  }

  /**
   * Ends the workers now. What is outstanding rejects with `PoolTerminatedError`.
   *
   * @returns settles when all workers are gone
   */
  async terminate(): Promise<void> {
    this.#belonging.check("terminate pool");
    this.#phase = "terminated";
    if (this.#belonging.inherited) return;
    await new Promise<void>((resolve) =>
      this.#with((engine) => {
        engine.terminate();
        engine.finished().then(resolve);
      })
    );
  }

  /**
   * Waits until all workers are gone, after `close()` or `terminate()`.
   *
   * @returns when they are, or the timeout has come
   * @throws {StateError} the pool still takes tasks
   */
  async join(options?: Wait): Promise<void> {
    checkWait(options, "join pool");
    this.#belonging.check("join pool");
    if (this.#phase === "open") {
      throw new StateError("Cannot join pool: it is open, call close() or terminate() first", "open");
    }
    if (this.#belonging.inherited) return;
    let gone = false;
    const finished = new Promise<void>((resolve) => this.#with((engine) => void engine.finished().then(resolve)));
    await waitFor(finished.then(() => gone = true), () => gone, options);
  }

  /** As `close()` and `join()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#belonging.inherited) return;
    this.close();
    await this.join();
  }
}

refuseSending(Pool, "a Pool");

/** What a fork child gets, on its way, for what the parent was given. */
function refused<R>(act: string): AsyncResult<R> {
  const result = new AsyncResult<R>({ cancel: () => false });
  AsyncResult.settle(result, "rejected", unanswered(act));
  return result;
}

// deno-lint-ignore require-yield
async function* failing(act: string): AsyncGenerator<never> {
  throw unanswered(act);
}
