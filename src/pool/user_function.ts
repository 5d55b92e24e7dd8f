/**
 * Calls functions of the user in the program that has the pool: callbacks and
 * `onProgress`. What they throw or reject with is printed and stops nothing.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { formatError } from "../runtime/format_error.ts";

/** Calls a user's function; `name` is that of the option it was given as. */
export async function callUserFunction<T>(name: string, fn: (value: T) => unknown, value: T): Promise<void> {
  try {
    await fn(value);
  } catch (error) {
    thisProcess().writeStderr(`Pool ${name} failed:\n${formatError(error)}\n`);
  }
}
