/**
 * `Pool`: a number of worker processes that share work, as in Python's
 * `multiprocessing`. This file is the spine: what users call, and whether they
 * may at this time. The rest is in its parts.
 *
 *     Pool ─► Reception ─► Job ─► Engine ─► Member ═══ worker_main    (work, out)
 *     AsyncResult ◄───────── Job ◄───────── Member ◄══ worker_main    (outcomes, back)
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { ClosedError, StateError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { refuseWhileImporting } from "../process/main_guard.ts";
import { cpuCount } from "../process/identity.ts";
import { notRecordedError, ParentOwned, silenceRejection } from "../replay/inheritance.ts";
import { isReplaying } from "../replay/recorder.ts";
import { locate } from "../function/locate.ts";
import type { Target } from "../function/task.ts";
import { checkWait, type Wait, waitFor } from "../runtime/deadline.ts";
import { AsyncResult, type Callbacks } from "./async_result.ts";
import type { ImapOptions, MapOptions } from "./map_options.ts";
import { checkPoolOptions, type PoolOptions, resolvePoolOptions, sizeOf } from "./pool_options.ts";
import { type SubmitOptions, Submitter } from "./submitter.ts";
import type { PoolStats } from "./stats.ts";
import type { TaskOptions } from "./task_options.ts";

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
  readonly #belonging = new ParentOwned("pool");
  readonly #reception: Submitter;
  #phase: "open" | "closed" | "terminated" = "open";

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
    const size = sizeOf(processes ?? cpuCount());
    checkPoolOptions(options, size);
    refuseWhileImporting("make pool");
    this.#reception = new Submitter(size, options.maxQueue ?? Infinity);
    if (this.#belonging.inherited) return;
    const { initializer, initargs = [] } = options;
    void this.#reception.open({
      size,
      setting: options,
      initializer: initializer === undefined ? null : locate(initializer),
      initargs: encode(initargs, "initargs"),
      ...resolvePoolOptions(options, size),
    });
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
    return isReplaying() ? silenceRejection(promise) : promise;
  }

  #submit(
    fn: Target,
    args: unknown[] | undefined,
    options: SubmitOptions | undefined,
    act: string,
  ): AsyncResult<unknown> {
    return this.#admits(act) ? this.#reception.submit(fn, args, options, act) : refused(act);
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
    return this.#admits(act) ? this.#reception.spread(fn, items, options, kind, act) : refused(act);
  }

  /**
   * As {@linkcode Pool.map}, lazily: draws items while workers have room, and gives the
   * values in order as they come. Leaving the loop cancels what is not needed. A loop
   * that ends by the error of an item leaves nothing, since the values after it can
   * still be asked for: `await using` or `return()` cancels then.
   *
   * @param items also an async iterable, also an endless one
   */
  imap<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    return this.#admits("imap") ? this.#reception.lazy(fn, items, options, true, "imap") : failing("imap");
  }

  /** As {@linkcode Pool.imap}; values come in the order in which they are ready. */
  imapUnordered<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    const act = "imapUnordered";
    return this.#admits(act) ? this.#reception.lazy(fn, items, options, false, act) : failing(act);
  }

  /**
   * Calls `fn` once in every worker that there is, after what each has been sent
   * before: to warm them up, or to tell them something. Workers that are started
   * later are not called; an `initializer` is for those.
   *
   * @returns the values, in the order in which the workers were started; when calls fail, the error of the first of them
   * @throws {WorkerLostError} a worker died before it had done it
   */
  broadcast<A extends unknown[], R>(
    fn: Target<A, R>,
    ...rest: [] extends A ? [args?: A] : [args: A]
  ): Promise<Awaited<R>[]> {
    const calls = async () =>
      this.#admits("broadcast") ? await this.#reception.broadcast(fn, rest[0]) : await refused("broadcast");
    const promise = calls() as Promise<Awaited<R>[]>;
    return isReplaying() ? silenceRejection(promise) : promise;
  }

  /** What the pool is doing, and what it has done. */
  stats(): PoolStats {
    this.#belonging.check("read stats of pool");
    const { engine, tally } = this.#reception;
    return engine?.stats() ?? { workers: [], queued: tally.outstanding, running: 0, ...tally.sums() };
  }

  /** ^C terminates a pool as well. */
  get #now(): "open" | "closed" | "terminated" {
    return this.#reception.engine?.isTerminated ? "terminated" : this.#phase;
  }

  /** False on the way to a fork point, where nothing is submitted. @throws {ClosedError} the pool takes no more */
  #admits(act: string): boolean {
    this.#belonging.check(act);
    const phase = this.#now;
    if (phase !== "open") throw new ClosedError(`Cannot ${act}: pool is ${phase}`);
    return !this.#belonging.inherited;
  }

  /** No more tasks; those submitted are still done. Idempotent. */
  close(): void {
    this.#belonging.check("close pool");
    if (this.#phase !== "open") return;
    this.#phase = "closed";
    if (!this.#belonging.inherited) this.#reception.with((engine) => engine.close());
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
      this.#reception.with((engine) => {
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
    if (this.#now === "open") {
      throw new StateError("Cannot join pool: it is open, call close() or terminate() first", "open");
    }
    if (this.#belonging.inherited) return;
    let gone = false;
    const finished = new Promise<void>((resolve) =>
      this.#reception.with((engine) => void engine.finished().then(resolve))
    );
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
  AsyncResult.settle(result, "rejected", notRecordedError(act));
  return result;
}

// deno-lint-ignore require-yield
async function* failing(act: string): AsyncGenerator<never> {
  throw notRecordedError(act);
}
