/**
 * All classes of shared objects, for a child that is given some and whose modules
 * have not loaded the library.
 *
 * @module
 */
import { complete } from "../adapter.ts";
import "../manager/proxies.ts";
import "./barrier.ts";
import "./condition.ts";
import "./event.ts";
import "./lock.ts";
import "./pipe_end.ts";
import "./queue.ts";
import "./semaphore.ts";
import "./shared_array.ts";
import "./shared_memory.ts";
import "./value.ts";

/** Makes this process one that can use them. */
export function learnKinds(): Promise<void> {
  return complete();
}
