/**
 * `snapshot()`: computes a value once, in the process that reaches it first, and
 * gives it to every process forked afterwards. Knows only the recorder.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { ForkError } from "../errors.ts";
import { recordCall } from "./recorder.ts";
import { SNAPSHOT } from "./recording.ts";

/**
 * Computes a value once: in the process that reaches it first. Every process
 * forked afterwards gets a copy of that value, and `fn` does not run there.
 *
 * Code before `fork()` runs again in the child. What must not be done twice, or
 * would not come out the same (time, randomness, input, files, requests), belongs
 * in here. Python has no such call: its `fork` copies memory.
 *
 * @typeParam T what `fn` returns
 * @param fn returns a value that can be copied, or a promise (or another thenable) of one: await that before you fork
 * @returns what `fn` returned; in a child a copy, a new one at each call
 * @throws {SerializationError} the value cannot be copied; its `path` says where, from `value`
 * @throws whatever `fn` throws, and a copy of it in every child
 *
 * @example A number that parent and child share
 * ```ts
 * import process from "node:process";
 * import { fork, snapshot, wait, waitStatusToExitCode } from "@brood/multiprocessing";
 *
 * const lucky = snapshot(() => Math.floor(Math.random() * 100));
 * if (fork() === 0) process.exit(lucky);
 * const [, status] = await wait();
 * console.log(waitStatusToExitCode(status) === lucky); // true
 * ```
 */
export function snapshot<T>(fn: () => T): T {
  if (typeof fn !== "function") throw typeError("Cannot take snapshot: the argument is not a function");
  return recordCall(SNAPSHOT, fn, pendingAtFork);
}

function pendingAtFork(): ForkError {
  return new ForkError("Cannot await snapshot: it was not finished when the parent forked, await it before the fork");
}
