/**
 * `Pool`: a number of worker processes that share work, as in Python's
 * `multiprocessing`. This file has the methods that users call and the checks
 * whether the pool may be used now; the other files of the folder do the work.
 *
 *     Pool ─► Submitter ─► Task ─► Scheduler ─► WorkerHandle ═══ worker_main    (tasks)
 *     AsyncResult ◄─────── Task ◄────────────── WorkerHandle ◄══ worker_main    (outcomes)
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { ClosedError, StateError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { refuseWhileImporting } from "../process/main_guard.ts";
import { cpuCount } from "../process/identity.ts";
import { ParentOwned, silenceRejection } from "../replay/inheritance.ts";
import { isReplaying } from "../replay/recorder.ts";
import type { CallArguments, KwargsOption, PositionalArgs } from "../function/call_arguments.ts";
import { locateTarget } from "../function/locate.ts";
import type { Target } from "../function/task.ts";
import { checkWait, type Wait, waitFor } from "../runtime/deadline.ts";
import type { AsyncResult, Callbacks } from "./async_result.ts";
import { poolArguments, type PoolOptionsFor, resolvePoolOptions } from "./pool_options.ts";
import { replayedResult, replayedValues } from "./replayed_result.ts";
import { type ApplyOptions, Submitter } from "./submitter.ts";
import type { PoolStats } from "./stats.ts";
import type { ImapOptions, MapOptions, TaskOptions } from "./task_options.ts";
import { showAs } from "../runtime/inspection.ts";

/**
 * A pool of worker processes.
 *
 * Python's `multiprocessing.Pool`. Each worker runs one task at a time. Every task
 * settles, also when its worker dies. Tasks call functions that another process
 * can find: exports, or what `task()` and `inline()` return. An idle pool does not
 * keep the program alive.
 *
 * @typeParam I parameters of the initializer
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
// deno-lint-ignore no-explicit-any
export class Pool<I extends unknown[] = any[]> {
  readonly #ownership = new ParentOwned("pool");
  readonly #submitter: Submitter;
  #phase: "open" | "closed" | "terminated" = "open";

  static {
    showAs(this, (pool: Pool) => pool.#ownership.inherited ? {} : pool.#submitter.describe(pool.#phaseNow));
  }

  /**
   * Makes a pool and starts its workers.
   *
   * @param processes number of workers, at least 1; default {@linkcode cpuCount}; or the options, with it among them
   * @throws {RangeError} it is below 1
   * @throws {TypeError} an option is of the wrong kind
   * @throws {TargetError} the initializer cannot be named for another process
   * @throws {BootstrapError} this process is a child that imports its target's module
   */
  constructor(processes?: number | PoolOptionsFor<I>, given?: PoolOptionsFor<I>) {
    const { options, size } = poolArguments(processes, given, cpuCount);
    refuseWhileImporting("make pool");
    this.#submitter = new Submitter(size, options.maxQueue ?? Infinity);
    if (this.#ownership.inherited) return;
    this.#submitter.open({
      size,
      setting: options,
      initializer: options.initializer === undefined ? null : locateTarget(options.initializer),
      initargs: encode(options.initargs ?? [], "initargs"),
      ...resolvePoolOptions(options, size),
    });
  }

  /**
   * Calls `fn` once in a worker.
   *
   * @param args arguments; they are copied at the call
   * @returns the value of `fn`, which is awaited in the worker
   * @throws {TargetError} `fn` cannot be named for another process
   * @throws {SerializationError} the arguments or the result cannot be sent
   * @throws {WorkerLostError} the worker died while it ran the task
   * @throws {ClosedError} the pool takes no more tasks
   */
  apply<A extends unknown[], R, K = unknown>(
    fn: Target<A, R>,
    ...rest: CallArguments<PositionalArgs<A, K>, TaskOptions & KwargsOption<A, K>>
  ): Promise<Awaited<R>> {
    return this.#promised(() => this.#submit<R>(fn, rest, "apply"));
  }

  /**
   * Calls `fn` once in a worker, without waiting for it.
   *
   * @returns the result; a failure that nobody observes raises no unhandled rejection
   * @throws {TargetError} `fn` cannot be named for another process
   * @throws {ClosedError} the pool takes no more tasks
   */
  applyAsync<A extends unknown[], R, K = unknown>(
    fn: Target<A, R>,
    ...rest: CallArguments<PositionalArgs<A, K>, TaskOptions & Callbacks<Awaited<R>> & KwargsOption<A, K>>
  ): AsyncResult<Awaited<R>> {
    return this.#submit<R>(fn, rest, "applyAsync");
  }

  /** Rejects with what `submit` throws. In a replay a rejection that nobody handles is silent. */
  #promised<R>(submit: () => PromiseLike<R>): Promise<R> {
    const promise = (async () => await submit())();
    return isReplaying() ? silenceRejection(promise) : promise;
  }

  #submit<R>(fn: Target, rest: [args?: unknown[], options?: unknown], act: string): AsyncResult<Awaited<R>> {
    if (!this.#admits(act)) return replayedResult(act);
    const [args, options] = rest;
    return this.#submitter.call(fn, args, options as ApplyOptions | undefined, act) as AsyncResult<Awaited<R>>;
  }

  /**
   * Calls `fn` with each item, in workers.
   *
   * @returns the values in the order of the items; when items fail, the error of the first of them, after all have ended
   * @throws {RangeError} `chunksize` is below 1
   */
  map<T, R>(fn: Target<[T], R>, items: readonly T[] | Iterable<T>, options?: MapOptions): Promise<Awaited<R>[]> {
    return this.#promised(() => this.#map<R>(fn, items, options, "map", "map"));
  }

  /** As {@linkcode Pool.map}, with callbacks and without waiting. */
  mapAsync<T, R>(
    fn: Target<[T], R>,
    items: readonly T[] | Iterable<T>,
    options?: MapOptions & Callbacks<Awaited<R>[]>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#map<R>(fn, items, options, "map", "mapAsync");
  }

  /** As {@linkcode Pool.map}; each item is the list of the arguments of one call. */
  starmap<A extends unknown[], R>(
    fn: Target<A, R>,
    items: readonly A[] | Iterable<A>,
    options?: MapOptions,
  ): Promise<Awaited<R>[]> {
    return this.#promised(() => this.#map<R>(fn, items, options, "starmap", "starmap"));
  }

  /** As {@linkcode Pool.starmap}, with callbacks and without waiting. */
  starmapAsync<A extends unknown[], R>(
    fn: Target<A, R>,
    items: readonly A[] | Iterable<A>,
    options?: MapOptions & Callbacks<Awaited<R>[]>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#map<R>(fn, items, options, "starmap", "starmapAsync");
  }

  #map<R>(
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & Callbacks<never>) | undefined,
    kind: "map" | "starmap",
    act: string,
  ): AsyncResult<Awaited<R>[]> {
    if (!this.#admits(act)) return replayedResult(act);
    return this.#submitter.map(fn, items, options, kind, act) as AsyncResult<Awaited<R>[]>;
  }

  /**
   * As {@linkcode Pool.map}, lazily: draws items while workers have room, and yields the
   * values in the order of the items. Leaving the loop cancels what was drawn. A loop
   * that ends by the error of an item cancels nothing, since the values after it can
   * still be asked for; `await using` or `return()` cancels then.
   *
   * @param items an iterable or async iterable, which may be endless
   */
  imap<T, R>(
    fn: Target<[T], R>,
    items: readonly T[] | Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    return this.#admits("imap") ? this.#submitter.imap(fn, items, options, true, "imap") : replayedValues("imap");
  }

  /** As {@linkcode Pool.imap}; yields the values in the order in which they arrive. */
  imapUnordered<T, R>(
    fn: Target<[T], R>,
    items: readonly T[] | Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    const act = "imapUnordered";
    return this.#admits(act) ? this.#submitter.imap(fn, items, options, false, act) : replayedValues(act);
  }

  /**
   * Calls `fn` once in every worker that the pool has, for example to load data into
   * each. Each worker calls it after the tasks that it has. Workers that are started
   * later do not call it; use an `initializer` for those.
   *
   * @returns the values, in the order in which the workers were started; when calls fail, the error of the first of them
   * @throws {WorkerLostError} a worker died before its call ended
   */
  broadcast<A extends unknown[], R>(
    fn: Target<A, R>,
    ...rest: [] extends A ? [args?: NoInfer<A>] : [args: NoInfer<A>]
  ): Promise<Awaited<R>[]> {
    const act = "broadcast";
    const calls = () => this.#admits(act) ? this.#submitter.broadcast(fn, rest[0]) : replayedResult(act);
    return this.#promised(calls as () => PromiseLike<Awaited<R>[]>);
  }

  /** State of the workers, and counts of tasks. */
  stats(): PoolStats {
    this.#ownership.check("read stats of pool");
    return this.#submitter.stats();
  }

  get #phaseNow(): "open" | "closed" | "terminated" {
    return this.#submitter.scheduler?.isTerminated ? "terminated" : this.#phase; // ^C terminates a pool as well
  }

  /** Whether to submit: false in a replay up to a fork point. @throws {ClosedError} the pool is closed */
  #admits(act: string): boolean {
    this.#ownership.check(act);
    const phase = this.#phaseNow;
    if (phase !== "open") throw new ClosedError(`Cannot ${act}: pool is ${phase}`);
    return !this.#ownership.inherited;
  }

  /** Accepts no more tasks; those that were submitted are still done. May be called again. */
  close(): void {
    this.#ownership.check("close pool");
    if (this.#phase !== "open") return;
    this.#phase = "closed";
    if (!this.#ownership.inherited) this.#submitter.withScheduler((scheduler) => scheduler.close());
  }

  /**
   * Ends the workers now. Outstanding tasks reject with a `PoolTerminatedError`.
   *
   * @returns settles when all workers have ended
   */
  async terminate(): Promise<void> {
    this.#ownership.check("terminate pool");
    this.#phase = "terminated";
    if (this.#ownership.inherited) return;
    this.#submitter.withScheduler((scheduler) => scheduler.terminate());
    await this.#submitter.finished();
  }

  /**
   * Waits until all workers have ended, after `close()` or `terminate()`.
   *
   * @returns settles when they have, or when the timeout comes first
   * @throws {StateError} the pool is open
   */
  async join(options?: Wait): Promise<void> {
    checkWait(options, "join pool");
    this.#ownership.check("join pool");
    if (this.#phaseNow === "open") {
      throw new StateError("Cannot join pool: it is open, call close() or terminate() first", "open");
    }
    if (this.#ownership.inherited) return;
    let isFinished = false;
    const finished = this.#submitter.finished().then(() => isFinished = true);
    await waitFor(finished, () => isFinished, options);
  }

  /** As `close()` and `join()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownership.inherited) return;
    this.close();
    await this.join();
  }
}

refuseSending(Pool, "a Pool");
