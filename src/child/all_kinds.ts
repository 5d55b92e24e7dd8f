/**
 * All classes of shared objects, for a child that is given some and whose modules
 * have not loaded the library.
 *
 * @module
 */
import { loadAdapter } from "../runtime/installed.ts";
import "../manager/auto_proxy.ts";
import "../manager/dict_proxy.ts";
import "../manager/list_proxy.ts";
import "../manager/namespace_proxy.ts";
import "../manager/set_proxy.ts";
import "../synchronize/barrier.ts";
import "../synchronize/condition.ts";
import "../synchronize/event.ts";
import "../synchronize/lock.ts";
import "../connection/pipe_connection.ts";
import "../queue/queue.ts";
import "../synchronize/semaphore.ts";
import "../shared_values/shared_array.ts";
import "../shared_values/shared_memory.ts";
import "../shared_values/value.ts";

/** Makes this process one that can use them. */
export function loadAllClasses(): Promise<void> {
  return loadAdapter();
}
