/**
 * Options of tasks and maps: their types, the checks at the call, and the timeout,
 * signal and progress report that belong to them.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { checkWait, MAX_TIMEOUT_MS, startDeadline, WAIT_OPTIONS } from "../runtime/deadline.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { type AsyncResult, type Callbacks, onSettled } from "./async_result.ts";
import { RunClock } from "./run_clock.ts";
import { taskTimedOut } from "./task_errors.ts";
import { UserFunctions } from "./user_function.ts";

/** Options of every task. */
export interface TaskOptions {
  /**
   * Milliseconds that the task may run until it is cancelled with a `TimeoutError`, from the call of its function in a
   * worker: the time that it waits, and that the import of its module takes, does not count. For a map: while any of
   * its chunks runs; for `imap`, each chunk. 0 or less: it is cancelled at once.
   */
  timeout?: number | undefined;
  /** Aborting cancels the task, which rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/** Called with the items that are done, and with all of them, or null when their number is not known. */
export type OnProgress = (done: number, total: number | null) => void;

/** Options of the maps. */
export interface MapOptions extends TaskOptions {
  /** Items that go to a worker at once; default a quarter of a worker's share, and 1 for `imap`. */
  chunksize?: number;
  /** Called after each chunk with the items done, and with all (for `imap` null, unless the items are an array). */
  onProgress?: OnProgress;
}

/** Options of the lazy maps. */
export interface ImapOptions extends MapOptions {
  /** Items that may be drawn ahead of what was taken; default 16 chunks for each worker. */
  buffer?: number;
}

/** The options that `applyAsync` and the asynchronous maps take beside these. */
const CALLBACK_OPTIONS: OptionNames<Callbacks<unknown>> = { callback: true, errorCallback: true };
const CALL_OPTIONS: OptionNames<TaskOptions & Callbacks<unknown> & { kwargs: unknown }> = {
  ...WAIT_OPTIONS,
  ...CALLBACK_OPTIONS,
  kwargs: true,
};
/** The options of `map` and `starmap`. */
export const MAP_OPTIONS: OptionNames<MapOptions & Callbacks<unknown>> = {
  ...WAIT_OPTIONS,
  ...CALLBACK_OPTIONS,
  chunksize: true,
  onProgress: true,
};
/** The options of `imap` and its like. */
export const IMAP_OPTIONS: OptionNames<ImapOptions> = {
  ...WAIT_OPTIONS,
  chunksize: true,
  onProgress: true,
  buffer: true,
};

/** Checks the options of a single call. @throws {TypeError} an option is of the wrong kind */
export function checkCallOptions(options: (TaskOptions & { kwargs?: unknown }) | undefined, act: string): void {
  checkWait(options, act, CALL_OPTIONS);
  const kwargs = options?.kwargs;
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null || Array.isArray(kwargs))) {
    throw typeError(`Cannot ${act}: kwargs is not an object`);
  }
}

/** Checks the options of a map. @throws {TypeError} an option is of the wrong kind */
export function checkMapOptions(
  options: MapOptions | undefined,
  names: OptionNames<MapOptions>,
  act: string,
): void {
  if (options === undefined) return;
  checkOptions(options, names, act, "chunksize");
  checkWait(options, act, names);
  const onProgress: unknown = options.onProgress;
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw typeError(`Cannot ${act}: onProgress is not a function`);
  }
}

/**
 * An option that counts items.
 *
 * @returns undefined when it was not given
 * @throws {TypeError} it is not a whole number
 * @throws {RangeError} it is below 1
 */
export function itemCountOf(
  options: ImapOptions | undefined,
  name: "chunksize" | "buffer",
  act: string,
): number | undefined {
  const count = options?.[name];
  if (count === undefined) return undefined;
  if (typeof count !== "number" || !Number.isInteger(count)) {
    throw typeError(`Cannot ${act}: ${name} is not a whole number`);
  }
  if (count < 1) throw rangeError(`Cannot ${act}: ${name} must be at least 1, not ${count}`);
  return count;
}

/**
 * Counts items that are done and reports them to `onProgress`.
 *
 * @param total number of all items, null when it is not known
 * @returns called with the number of items of a chunk that has ended; undefined when nobody wants to know
 */
export function progressReporter(
  options: MapOptions | undefined,
  total: number | null,
): ((items: number) => void) | undefined {
  const onProgress = options?.onProgress;
  if (onProgress === undefined) return undefined;
  const functions = new UserFunctions();
  let done = 0;
  return (items) => {
    done += items;
    const doneNow = done;
    functions.call("onProgress", (now) => onProgress(now, total), doneNow);
  };
}

/**
 * Ties timeout and signal to a result: whichever comes first cancels it.
 *
 * @returns the clock of its tasks; null when their time is not limited
 */
export function boundResult(
  result: AsyncResult<never> | AsyncResult<unknown>,
  options: TaskOptions | undefined,
  name: string,
): RunClock | null {
  const { timeout, signal } = options ?? {};
  const isImmediate = timeout !== undefined && timeout <= 0;
  if (signal !== undefined || isImmediate) {
    const clear = startDeadline({ timeout: isImmediate ? timeout : undefined, signal }, {
      onTimeout: () => void result.cancel(taskTimedOut(name, timeout!, "timeout")),
      onAbort: (reason) => void result.cancel(reason),
    });
    onSettled(result, clear);
  }
  if (timeout === undefined || isImmediate || timeout > MAX_TIMEOUT_MS) return null;
  return new RunClock(timeout, () => void result.cancel(taskTimedOut(name, timeout, "timeout")));
}
