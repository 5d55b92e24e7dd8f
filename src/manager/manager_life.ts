/**
 * The states of a `Manager` object: it starts a process, connects to one, or serves
 * in this process, and does only one of them, once.
 *
 *     new ─start──► started ───┐
 *      ├──connect─► connected  ├─shut down─► shut down
 *      └──serve───► serving ───┘
 *
 * Knows no process.
 *
 * @module
 */
import { ClosedError, StateError } from "../errors.ts";

/** States as error messages name them. */
export type ManagerState = "new" | "started" | "connected" | "serving" | "shut down";

/** What the methods of a manager do to its state. */
export type ManagerEvent = "start" | "connect" | "serve" | "shut down";

const MANAGER_TRANSITIONS: Record<ManagerEvent, Partial<Record<ManagerState, ManagerState>>> = {
  "start": { "new": "started" },
  "connect": { "new": "connected" },
  "serve": { "new": "serving" },
  "shut down": { "new": "shut down", "started": "shut down", "serving": "shut down", "shut down": "shut down" },
};

export class ManagerLife {
  #state: ManagerState = "new";

  get state(): ManagerState {
    return this.#state;
  }

  /** Refuses an event that cannot happen in this state. @throws {StateError} */
  check(event: ManagerEvent, act: string): void {
    if (MANAGER_TRANSITIONS[event][this.#state] === undefined) throw this.#refusal(act);
  }

  /** Goes to the next state. @throws {StateError} the event cannot happen in this state */
  apply(event: ManagerEvent, act: string): void {
    this.check(event, act);
    this.#state = MANAGER_TRANSITIONS[event][this.#state]!;
  }

  /** Refuses every act after the end. @throws {ClosedError} */
  refuseShutDown(act: string): void {
    if (this.#state === "shut down") throw this.#refusal(act);
  }

  #refusal(act: string): StateError {
    const isForeign = this.#state === "connected" && act === "shut down manager";
    const remedy = isForeign ? "whoever started it can" : "make a new manager";
    const message = `Cannot ${act}: it is ${this.#state}, ${remedy}`;
    return this.#state === "shut down" ? new ClosedError(message) : new StateError(message, this.#state);
  }
}
