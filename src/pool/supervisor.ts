/**
 * The workers of a pool: starts them, tries again with growing pauses when that
 * fails, and retires those that are worn out or idle for too long. Which tasks they
 * get is up to the scheduler.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { isShortage } from "../runtime/shortage.ts";
import { BrokenPoolError } from "../errors.ts";
import { closeService, openService } from "../transport/server.ts";
import { type FunctionRef, modulesOf } from "../function/function_ref.ts";
import type { ResolvedPoolOptions } from "./pool_options.ts";
import { StartAttempts } from "./start_attempts.ts";
import { workerConnectTimedOut, type WorkerEnd, workerStartFailed } from "./task_errors.ts";
import { TaskSender } from "./task_sender.ts";
import { WorkerHandle } from "./worker_handle.ts";
import { WorkerLauncher, type WorkerSettings } from "./worker_launcher.ts";
import type { WorkerOwner } from "./worker_owner.ts";
import { WorkerProcess } from "./worker_process.ts";
import { WorkerUsage } from "./worker_usage.ts";

export interface SupervisorOptions extends ResolvedPoolOptions, WorkerSettings {
  /** Number of workers. */
  readonly size: number;
}

/** A process that has not connected after so long will not: it waits for something else than this program. */
const MIN_CONNECT_MS = 60_000;

/** What a supervisor asks and tells the scheduler. */
export interface SupervisorOwner extends WorkerOwner<WorkerHandle> {
  /** Whether a worker that is about to be started is still wanted; `isPromised`: it is, when the pool is only closed. */
  isWorkerWanted(isPromised: boolean): boolean;
  /** Functions that the next worker will be asked for. */
  nextFunctions(): Iterable<FunctionRef>;
  /** A worker was started; null: it could not be, or is no longer wanted. */
  workerStarted(worker: WorkerHandle | null): void;
  /** Descriptors, processes or memory are short; with an error they are for long, and tasks do not wait any longer. */
  workersShort(error: unknown): void;
  /** No worker can be started any more. */
  poolBroken(error: BrokenPoolError): void;
}

export class Supervisor {
  /** In the order of their start. */
  readonly workers: Set<WorkerHandle> = new Set();
  readonly #options: SupervisorOptions;
  readonly #owner: SupervisorOwner;
  readonly #launcher: WorkerLauncher;
  readonly #attempts: StartAttempts;
  #starting = 0;
  /** First workers of the pool whose start was not tried yet, and that run its initializer also when it is closed. */
  #unstarted: number;
  #broken: BrokenPoolError | null = null;

  constructor(options: SupervisorOptions, owner: SupervisorOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#launcher = new WorkerLauncher(options);
    this.#attempts = new StartAttempts(options.maxRestarts);
    this.#unstarted = options.initializer === null ? 0 : options.minProcesses;
  }

  /** How many workers are to be started although the pool is closed: they run its initializer. */
  get unstarted(): number {
    return this.#unstarted;
  }

  /** Workers whose process is about to be started. */
  get starting(): number {
    return this.#starting;
  }

  /** Workers that take tasks, or will. */
  get present(): number {
    let present = this.#starting;
    for (const worker of this.workers) if (worker.takesTasks) present++;
    return present;
  }

  /** Those of them whose process was started. */
  get takers(): WorkerHandle[] {
    return [...this.workers].filter((worker) => worker.takesTasks);
  }

  /** Why no worker can be started any more; null while some can. */
  get broken(): BrokenPoolError | null {
    return this.#broken;
  }

  // --- start ---

  /** Starts a worker, after a pause when the last one failed. */
  async start(): Promise<void> {
    this.#starting++;
    const isPromised = this.#unstarted > 0;
    if (isPromised) this.#unstarted--;
    let worker: WorkerHandle | null = null;
    try {
      await this.#attempts.pause();
      worker = await this.#launch(isPromised);
      if (worker !== null) this.workers.add(worker);
    } catch (error) {
      if (isShortage(error)) this.#short(error);
      // While there are other workers, another reason may pass as well.
      else if (this.workers.size === 0) this.#break(error, "");
      else this.#failed(error);
    }
    this.#owner.workerStarted(worker);
    this.#starting--;
  }

  /** Starts the process of a worker; null when the worker is no longer wanted. */
  async #launch(isPromised: boolean): Promise<WorkerHandle | null> {
    let worker: WorkerHandle | null = null;
    const service = await openService((channel) => {
      worker!.connect(channel);
      return worker!;
    });
    if (this.#broken !== null || !this.#owner.isWorkerWanted(isPromised)) {
      closeService(service);
      return null;
    }
    const network = await thisProcess().network();
    const { journals } = network;
    journals?.create(service.address, service.token);
    try {
      for (const ref of this.#owner.nextFunctions()) this.#launcher.addFunction(ref);
      const process = new WorkerProcess(this.#launcher.launch(service), network, network.oomKills?.() ?? null);
      worker = new WorkerHandle(
        this.#owner,
        process,
        new TaskSender(process, this.#options.taskTimeout < Infinity),
        service,
        journals,
        new WorkerUsage(this.#options.recycleAt),
      );
      const limitMs = Math.max(this.#options.loadTimeout, MIN_CONNECT_MS);
      process.expectConnection(limitMs, () => worker!.failStart(workerConnectTimedOut(process.child.pid, limitMs)));
      return worker;
    } catch (error) {
      closeService(service);
      journals?.read(service.address, service.token);
      throw error;
    }
  }

  /** A worker is ready. */
  recordReady(): void {
    this.#attempts.record("ready");
  }

  /** A worker has ended. Returns whether it was never ready, and nobody had dismissed it. */
  remove(worker: WorkerHandle, end: WorkerEnd): boolean {
    this.workers.delete(worker);
    closeService(worker.service);
    const { wasReady, wasDismissed } = worker.process.lifecycle;
    if (wasReady || wasDismissed) return false;
    const reason = worker.startError ?? workerStartFailed(end);
    // Others came so far: the system may be short of processes or descriptors, of which a process cannot tell that ends.
    const hasConnected = worker.process.connectedAt !== null || worker.startError !== undefined;
    if (!hasConnected && this.#attempts.hasSucceeded) this.#short(reason);
    else this.#failed(reason);
    return true;
  }

  /** Further attempts are made, however often this happens. */
  #short(reason: unknown): void {
    this.#owner.workersShort(this.#attempts.recordShortage() ? reason : null);
  }

  #failed(reason: unknown): void {
    if (this.#attempts.record("failed", reason) !== "broken") return;
    const { failures, firstFailure } = this.#attempts;
    this.#break(firstFailure, `${failures} workers in a row failed to start: `);
  }

  #break(cause: unknown, how: string): void {
    if (this.#broken !== null) return;
    this.#attempts.giveUp();
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#broken = new BrokenPoolError(`Cannot run tasks: ${how}${message}`, { cause });
    this.#owner.poolBroken(this.#broken);
    this.endAll();
  }

  /** Workers that are started from now on get the module of this function; false when this one had it already, or names another. */
  learn(worker: WorkerHandle, ref: FunctionRef, url: string): boolean {
    if (!modulesOf(ref).includes(url) || this.#launcher.startedWith(worker.process.child, url)) return false;
    this.#launcher.addFunction(ref);
    return true;
  }

  // --- end ---

  /** Retires workers that are worn out or idle for too long, of these at most `surplus`; retired ones leave when idle. */
  retire(surplus: number): void {
    const { idleTimeout, killGrace } = this.#options;
    const now = performance.now();
    for (const worker of this.workers) {
      if (worker.state === "ready") {
        const isIdle = surplus > 0 && now - worker.idleSince >= idleTimeout;
        if (worker.usage.isWornOut(now - worker.process.lifecycle.readyAt)) worker.process.lifecycle.on("retired");
        else if (isIdle) {
          surplus--;
          worker.process.lifecycle.on("retired");
        }
      }
      if (worker.state === "retiring" && worker.owed === 0) worker.process.finish(killGrace);
    }
  }

  /** Lets all workers finish their tasks and exit. Those that start run their initializer first, as in Python. */
  finishAll(): void {
    this.#attempts.endPauses();
    for (const worker of this.workers) {
      if (worker.state === "starting" && this.#options.initializer !== null) continue;
      worker.process.finish(this.#options.killGrace);
    }
  }

  /** Ends all workers now. */
  endAll(): void {
    for (const worker of this.workers) worker.process.end(this.#options.killGrace);
  }
}
