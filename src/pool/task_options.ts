/**
 * Bounds of a task: a timeout and a signal, checked at the call and tied to the
 * result.
 *
 * @module
 */
import { TimeoutError } from "../errors.ts";
import { checkWait, eventLoopTurns, MAX_TIMEOUT_MS } from "../runtime/deadline.ts";
import { AsyncResult } from "./async_result.ts";

/** Options of every task. */
export interface TaskOptions {
  /** Milliseconds from the call until the task is cancelled with a `TimeoutError`. */
  timeout?: number | undefined;
  /** Aborting cancels the task, which rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/** @throws {TypeError} an option is of the wrong kind */
export function checkTask(options: TaskOptions | undefined, act: string): void {
  checkWait(options, act);
}

/** As {@linkcode checkTask}, for a single call. @throws {TypeError} an option is of the wrong kind */
export function checkCall(options: (TaskOptions & { kwargs?: unknown }) | undefined, act: string): void {
  checkTask(options, act);
  const kwargs = options?.kwargs;
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null || Array.isArray(kwargs))) {
    throw new TypeError(`Cannot ${act}: kwargs is not an object`);
  }
}

/** Ties the bounds to a result: whichever comes first cancels it. */
export function boundTask(
  result: AsyncResult<never> | AsyncResult<unknown>,
  options: TaskOptions | undefined,
  name: string,
): void {
  const { timeout, signal } = options ?? {};
  if (timeout === undefined && signal === undefined) return;
  if (signal?.aborted) return void result.cancel(signal.reason);
  const abort = () => void result.cancel(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const late = async () => {
    if (timeout! > 0) await eventLoopTurns(); // a value that came while this process was busy is there
    result.cancel(new TimeoutError(`Cannot finish task ${name}: it took more than ${timeout} ms`, timeout!));
  };
  const timer = timeout === undefined || timeout > MAX_TIMEOUT_MS
    ? undefined
    : setTimeout(() => void late(), Math.max(0, timeout));
  AsyncResult.observe(result, () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}
