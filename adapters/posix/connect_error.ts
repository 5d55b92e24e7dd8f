/**
 * The error of a listener or a connection that could not be had: what the system
 * said, and what to do where it is short of something.
 *
 * @module
 */
import { ConnectError } from "../../src/errors.ts";
import { shortageRemedy } from "../../src/runtime/shortage.ts";

/**
 * Makes it.
 *
 * @param act what could not be done: "listen at …"
 * @param said what the system said
 */
export function connectError(act: string, address: string, cause: unknown, said: string): ConnectError {
  const remedy = shortageRemedy(cause);
  return new ConnectError(`Cannot ${act}: ${said}${remedy === null ? "" : `, ${remedy}`}`, address, cause);
}
