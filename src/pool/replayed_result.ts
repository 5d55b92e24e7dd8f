/**
 * What a pool of the parent returns in a fork child that replays the program up to
 * its fork point: results of tasks that were submitted in the parent only.
 *
 * @module
 */
import { notRecordedError } from "../replay/inheritance.ts";
import { type AsyncResult, createResult, settleResult } from "./async_result.ts";

/** A result that has rejected. */
export function replayedResult<R>(act: string): AsyncResult<R> {
  const result = createResult<R>({ cancel: () => false });
  settleResult(result, "rejected", notRecordedError(act));
  return result;
}

/** An iterator that rejects. */
// deno-lint-ignore require-yield
export async function* replayedValues(act: string): AsyncGenerator<never> {
  throw notRecordedError(act);
}
