/**
 * `Event`: a flag to wait for, between processes, as in Python's
 * `multiprocessing`. What it is where it lives is `event_state.ts`.
 *
 * @module
 */
import type { Wait } from "../runtime/deadline.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";

/**
 * A flag that any process can set and clear, and for which all can wait.
 *
 * It lives in the process that made it. When that is gone, every use rejects with
 * {@linkcode ConnectError}. It is no event of the DOM, whose name it hides where it is imported.
 *
 * @example A child that waits for its parent
 * ```ts
 * import { Event, Process } from "@brood/multiprocessing";
 *
 * export async function wait(ready: Event) {
 *   console.log(await ready.wait()); // true
 * }
 *
 * if (import.meta.main) {
 *   const ready = new Event();
 *   const child = new Process({ target: wait, args: [ready] }).start();
 *   await ready.set();
 *   await child.join();
 * }
 * ```
 */
export class Event {
  readonly #ref: ObjectRef;

  /** Makes a flag that lives in this process and is not set. @throws {ConnectError} this process may not listen for others */
  constructor() {
    this.#ref = refOf(this, "Event", []);
  }

  /** Whether it is set now. */
  isSet(): Promise<boolean> {
    return this.#ref.request("ask whether event is set", "isSet");
  }

  /** Sets it, and ends all waits. */
  set(): Promise<void> {
    return this.#ref.perform("set event", "set");
  }

  /** Clears it: waits that begin from now on wait for the next `set()`. */
  clear(): Promise<void> {
    return this.#ref.perform("clear event", "clear");
  }

  /**
   * Waits until it is set. A wait that `set()` has ended gives true, also when the event was cleared at once.
   *
   * @returns true when it was set, false when the timeout came first
   * @throws {ConnectError} the process that owns it is gone
   */
  wait(options?: Wait): Promise<boolean> {
    return this.#ref.request("wait for event", "wait", { wait: options, onTimeout: () => false });
  }
}

async function loadEventState(): Promise<StateFactory> {
  const { EventState } = await loadPart(import.meta.url, () => import("./event_state.ts"));
  return { create: () => new EventState() };
}

shareable("Event", Event, loadEventState);
