/**
 * The signal of the task that this worker is running.
 *
 * @module
 */
import { StateError } from "../errors.ts";

let running: number | null = null;
let controller: AbortController | null = null;

/** A task begins. */
export function beginTask(task: number): void {
  running = task;
  controller = null;
}

/** The task ended, or, with a reason, is no longer wanted. */
export function endTask(task: number, reason?: unknown): void {
  if (task !== running) return;
  if (reason !== undefined) {
    controller ??= new AbortController();
    controller.abort(reason);
    return;
  }
  running = null;
}

/**
 * In a task: a signal that aborts when the task is cancelled or has timed out.
 * A task that stops then keeps its worker; one that does not loses it.
 *
 * @throws {StateError} no task is running here
 */
export function taskSignal(): AbortSignal {
  if (running === null) {
    throw new StateError(
      "Cannot give the task's signal: no pool task is running here, call it at the task's start",
      "idle",
    );
  }
  return (controller ??= new AbortController()).signal;
}
