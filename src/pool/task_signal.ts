/**
 * The signal of the task that this worker is running.
 *
 * @module
 */
import { StateError } from "../errors.ts";

/** Number of the task that is running. */
let runningTask: number | null = null;
/** Made when somebody asks for the signal, or aborts it. */
let taskController: AbortController | null = null;

/** A task begins. */
export function beginTask(task: number): void {
  runningTask = task;
  taskController = null;
}

/** A task has ended or, with a reason, was cancelled. */
export function endTask(task: number, reason?: unknown): void {
  if (task !== runningTask) return;
  if (reason !== undefined) {
    taskController ??= new AbortController();
    taskController.abort(reason);
    return;
  }
  runningTask = null;
}

/**
 * In a task: a signal that aborts when the task is cancelled or has timed out.
 * A task that stops then keeps its worker; the worker of one that does not is ended.
 *
 * @throws {StateError} no task is running here
 */
export function taskSignal(): AbortSignal {
  if (runningTask === null) {
    throw new StateError(
      "Cannot give the task's signal: no pool task is running here, call it at the task's start",
      "idle",
    );
  }
  return (taskController ??= new AbortController()).signal;
}
