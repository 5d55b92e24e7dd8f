/**
 * Where an error of another process came from: its stack there, kept in `cause` when
 * the error has no cause of its own, as Python does with `RemoteTraceback`.
 *
 * @module
 */
import { RemoteError } from "../errors.ts";

/** The same error, with its remote stack as its cause. What is no error is left alone. */
export function withRemoteStack(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof RemoteError || "cause" in thrown) return thrown;
  const remote = new RemoteError(`${thrown.name}: ${thrown.message}`, thrown.name, thrown.stack ?? "");
  remote.stack = thrown.stack ?? "";
  Object.defineProperty(thrown, "cause", { value: remote, writable: true, enumerable: false, configurable: true });
  return thrown;
}
