/**
 * Options of a pool, checked when it is made.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { UnsupportedError } from "../errors.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Setting } from "../process/spawn.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { checkSetting, KILL_GRACE_MS, SETTING_OPTIONS } from "../process/process_options.ts";
import { notFunction } from "../function/not_function.ts";
import { isTarget, type Target } from "../function/task.ts";

/** Default of `idleTimeout` when `minProcesses` is given. */
const IDLE_TIMEOUT_MS = 10_000;

/** Default of `loadTimeout`. */
const LOAD_TIMEOUT_MS = 30_000;

/** Options of {@linkcode Pool}. */
export interface PoolOptions extends Setting {
  /** Number of workers; default {@linkcode cpuCount}. */
  processes?: number;
  /** Runs in every worker before its first task; one that throws fails the worker. */
  initializer?: Target;
  /** Arguments of the initializer, in the order of its parameters. */
  initargs?: unknown[];
  /** A worker is replaced after so many tasks; a chunk of a map is one. */
  maxTasksPerChild?: number;
  /** A worker is replaced when it occupies more than so many bytes after a task. */
  maxMemoryPerChild?: number;
  /** A worker is replaced when it is so many milliseconds old, between tasks. */
  maxAgePerChild?: number;
  /** What becomes of the task under which a worker dies; default `"reject"`. */
  onWorkerLost?: "reject" | "retry";
  /** With `"retry"`: how often a task is tried again before it rejects; default 3. */
  retries?: number;
  /**
   * Milliseconds that a task may run until it is cancelled with a `TimeoutError`, from the call of its function in a
   * worker; for a chunk, times its items.
   */
  taskTimeout?: number;
  /**
   * Milliseconds that a worker may take to load: to import the module of a task or to decode its arguments, until that
   * task is cancelled with a `TimeoutError`; to import and run the initializer, until the worker fails. Default 30 000.
   */
  loadTimeout?: number;
  /** Workers that are kept when there is nothing to do; default all, with `idleTimeout` none. */
  minProcesses?: number;
  /** Milliseconds after which a worker without work leaves, down to `minProcesses`; default 10 000 with that option. */
  idleTimeout?: number;
  /** So many tasks may wait beyond the one that each worker runs; more calls reject with `Full`. Maps do not. */
  maxQueue?: number;
  /** So many workers in a row may fail to start before the pool is broken; default 3. */
  maxRestarts?: number;
  /** Milliseconds that a task has to give way after it was cancelled, and a worker after SIGTERM; default 1000. */
  killGrace?: number;
  /** Names the workers: `NAMEWorker-N`; default `Pool`. */
  name?: string;
}

/**
 * Options of a {@linkcode Pool}, with the arguments that its initializer needs.
 *
 * @typeParam A parameters of the initializer
 */
export type PoolOptionsFor<A extends unknown[]> =
  & Omit<PoolOptions, "initializer" | "initargs">
  & { initializer?: Target<A> }
  & NoInfer<[] extends A ? { initargs?: A } : { initargs: A }>;

const POOL_OPTIONS: OptionNames<PoolOptions> = {
  ...SETTING_OPTIONS,
  processes: true,
  initializer: true,
  initargs: true,
  maxTasksPerChild: true,
  maxMemoryPerChild: true,
  maxAgePerChild: true,
  onWorkerLost: true,
  retries: true,
  taskTimeout: true,
  loadTimeout: true,
  minProcesses: true,
  idleTimeout: true,
  maxQueue: true,
  maxRestarts: true,
  killGrace: true,
  name: true,
};

/** Options of a pool, with the defaults filled in. */
export interface ResolvedPoolOptions {
  readonly name: string;
  readonly killGrace: number;
  readonly maxRestarts: number;
  readonly retries: number;
  readonly taskTimeout: number;
  readonly loadTimeout: number;
  readonly minProcesses: number;
  readonly idleTimeout: number;
  /** When a worker is replaced: after so many tasks, with more bytes of memory, at an age in milliseconds. */
  readonly recycleAt: { readonly tasks: number; readonly memory: number; readonly age: number };
}

/** Fills in the defaults. */
export function resolvePoolOptions(options: PoolOptions, size: number): ResolvedPoolOptions {
  const { minProcesses, idleTimeout } = options;
  return {
    name: options.name ?? "Pool",
    killGrace: options.killGrace ?? KILL_GRACE_MS,
    maxRestarts: options.maxRestarts ?? 3,
    retries: options.onWorkerLost === "retry" ? options.retries ?? 3 : 0,
    taskTimeout: options.taskTimeout ?? Infinity,
    loadTimeout: options.loadTimeout ?? LOAD_TIMEOUT_MS,
    minProcesses: minProcesses ?? (idleTimeout === undefined ? size : 0),
    idleTimeout: idleTimeout ?? (minProcesses === undefined ? Infinity : IDLE_TIMEOUT_MS),
    recycleAt: {
      tasks: options.maxTasksPerChild ?? Infinity,
      memory: options.maxMemoryPerChild ?? Infinity,
      age: options.maxAgePerChild ?? Infinity,
    },
  };
}

/** The options that are numbers: whether each must be whole, and its least value. */
const NUMBERS: readonly [name: keyof PoolOptions, isWhole: boolean, least: number][] = [
  ["maxTasksPerChild", true, 1],
  ["maxMemoryPerChild", false, 1],
  ["maxAgePerChild", false, 1],
  ["retries", true, 0],
  ["taskTimeout", false, 1],
  ["loadTimeout", false, 1],
  ["minProcesses", true, 0],
  ["idleTimeout", false, 0],
  ["maxQueue", true, 0],
  ["maxRestarts", false, 0],
];

/**
 * Checks the options that a user gave.
 *
 * @param size number of workers
 * @throws {TypeError} an option is of the wrong kind
 * @throws {RangeError} a number is out of its range
 */
function checkPoolOptions(options: PoolOptions, size: number): void {
  const wrong = (option: string, kind: string) => typeError(`Cannot make pool: ${option} is not ${kind}`);
  checkOptions(options, POOL_OPTIONS, "make pool", "processes");
  const { initializer, initargs, name, onWorkerLost } = options as Record<string, unknown>;
  if (initializer !== undefined && !isTarget(initializer)) {
    throw typeError(`Cannot make pool: initializer is ${notFunction(initializer)}`);
  }
  if (initargs !== undefined && !Array.isArray(initargs)) throw wrong("initargs", "an array");
  if (name !== undefined && typeof name !== "string") throw wrong("name", "a string");
  if (onWorkerLost !== undefined && onWorkerLost !== "reject" && onWorkerLost !== "retry") {
    throw wrong("onWorkerLost", `"reject" or "retry"`);
  }
  for (const [option, isWhole, least] of NUMBERS) {
    const value: unknown = options[option];
    if (value === undefined) continue;
    const isNumber = typeof value === "number" && !Number.isNaN(value);
    if (!isNumber || isWhole && !Number.isInteger(value)) throw wrong(option, isWhole ? "a whole number" : "a number");
    if (value < least) throw rangeError(`Cannot make pool: ${option} must be at least ${least}, not ${value}`);
  }
  if (options.maxMemoryPerChild !== undefined && thisProcess().residentBytes === undefined) {
    throw new UnsupportedError(
      "Cannot make pool: this runtime does not tell how much memory a worker has, leave maxMemoryPerChild out",
      "maxMemoryPerChild",
    );
  }
  if ((options.minProcesses ?? 0) > size) {
    throw rangeError(`Cannot make pool: minProcesses is ${options.minProcesses}, more than its ${size} processes`);
  }
  checkSetting(options, wrong);
}

/** More processes than any system runs: a miscalculated number is refused at once. */
const MAX_PROCESSES = 65_536;

/** Checks the number of workers. @throws {TypeError} it is not a whole number @throws {RangeError} it is out of range */
function checkSize(processes: unknown): number {
  if (typeof processes !== "number" || !Number.isInteger(processes)) {
    throw typeError("Cannot make pool: processes is not a whole number");
  }
  if (processes < 1) throw rangeError(`Cannot make pool: it needs at least 1 process, not ${processes}`);
  if (processes > MAX_PROCESSES) {
    throw rangeError(`Cannot make pool: it has at most ${MAX_PROCESSES} processes, not ${processes}`);
  }
  return processes;
}

/**
 * Reads and checks the arguments of the constructor.
 *
 * @returns the options, and the number of workers
 */
export function poolArguments(
  first: number | PoolOptions | undefined,
  second: PoolOptions | undefined,
  defaultSize: () => number,
): { options: PoolOptions; size: number } {
  const isOptions = typeof first === "object" && first !== null;
  const options = (isOptions ? first : second) ?? {};
  const processes: unknown = isOptions ? first.processes : first ?? options.processes;
  const size = checkSize(processes ?? defaultSize());
  checkPoolOptions(options, size);
  return { options, size };
}
