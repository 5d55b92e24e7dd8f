/**
 * From a job's outcome to what the user sees: settles the result and calls back.
 * Callbacks are the user's code: what they throw is printed and stops nothing.
 *
 * @module
 */
import { here } from "../adapter.ts";
import { describe } from "../describe.ts";
import { AsyncResult, type Callbacks } from "./async_result.ts";
import type { Outcome } from "./job.ts";

/** @throws {TypeError} a callback is no function */
export function settler<R>(result: AsyncResult<R>, callbacks: Callbacks<never> | undefined): Outcome {
  const { callback, errorCallback } = callbacks ?? {};
  for (const [name, given] of [["callback", callback], ["errorCallback", errorCallback]] as const) {
    if (given !== undefined && typeof given !== "function") {
      throw new TypeError(`Cannot submit task: ${name} is not a function`);
    }
  }
  return {
    value(value) {
      if (result.ready()) return;
      AsyncResult.settle(result, "fulfilled", value);
      if (callback !== undefined) guarded("callback", callback, value as never);
    },
    error(error) {
      if (result.ready()) return;
      AsyncResult.settle(result, "rejected", error);
      if (errorCallback !== undefined) guarded("errorCallback", errorCallback, error as Error);
    },
  };
}

async function guarded<T>(name: string, callback: (value: T) => unknown, value: T): Promise<void> {
  try {
    await callback(value);
  } catch (error) {
    here().warn(`Pool ${name} failed:\n${describe(error)}\n`);
  }
}
