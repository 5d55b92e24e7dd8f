/**
 * Settles tasks with what a worker has sent, and makes the errors of tasks and
 * workers. Knows a worker by its process id only.
 *
 * @module
 */
import type { ExitStatus } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import { decode, type Payload } from "../codec/codec.ts";
import { PoolTerminatedError, ProcessError, ProtocolError, TimeoutError, WorkerLostError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";
import type { Task } from "./task.ts";
import { thrownElsewhere } from "../codec/error_codec.ts";
import { returnBuffers } from "../codec/buffer_pool.ts";

/** How a worker ended. */
export interface WorkerEnd {
  readonly pid: number;
  readonly status: ExitStatus;
  /** Whether the system killed it because memory was short; undefined when the system does not tell. */
  readonly outOfMemory: boolean | undefined;
}

/** Settles a task with the value or the error that its worker has sent. */
export function settleTask(
  task: Task,
  type: "value" | "failure",
  payload: Payload,
  blocks: Block[],
  index: number,
): void {
  returnBuffers(task.input.blocks); // the worker has received them, and no other will
  let value: unknown;
  try {
    value = decode(payload, blocks);
  } catch (error) {
    return task.fail(error, index);
  }
  if (type === "failure") return task.fail(thrownElsewhere(value), Math.min(index, task.items - 1));
  if (hasFormOf(task, value)) task.succeed(value);
  else task.fail(new ProtocolError(`Cannot take the values of ${task.fn.name}: its worker sent something else`));
}

/** Whether a value has the form that the task's kind has: for a chunk a value per item, for one of imap failures as well. */
function hasFormOf({ kind, items }: Task, value: unknown): boolean {
  if (kind === "call") return true;
  if (!Array.isArray(value)) return false;
  if (kind !== "imap") return value.length === items;
  const [values, failures] = value as unknown[];
  return Array.isArray(values) && values.length === items && Array.isArray(failures) &&
    failures.every((failure) => Array.isArray(failure) && Number.isInteger(failure[0]));
}

/** Rejects a task whose worker asks for a module that the task does not need, and gives the error. */
export function failForeignModule(task: Task): ProtocolError {
  const error = new ProtocolError(
    `Cannot run task ${task.fn.name}: its worker asks for a module that is not the task's`,
  );
  task.fail(error);
  return error;
}

/** A task ran for longer than `option` lets it, in milliseconds. */
export function taskTimedOut(name: string, limitMs: number, option: "timeout" | "taskTimeout"): TimeoutError {
  return new TimeoutError(`Cannot finish task ${name}: it ran for more than ${limitMs} ms, raise ${option}`, limitMs);
}

/** What a task needs was not there in time: a module or, when it is null, its arguments. */
export function taskLoadTimedOut({ fn }: Task, module: string | null, limitMs: number): TimeoutError {
  const state = module === null
    ? `its arguments took more than ${limitMs} ms to decode, send less`
    : `the import of ${module} took more than ${limitMs} ms, see what it awaits`;
  return new TimeoutError(`Cannot run task ${fn.name}: ${state} or raise loadTimeout`, limitMs);
}

/** The initializer of a worker did not end in time. */
export function initializerTimedOut(initializer: string, limitMs: number): TimeoutError {
  const state = `the initializer ${initializer} took more than ${limitMs} ms, see what it awaits`;
  return new TimeoutError(`Cannot start worker: ${state} or raise loadTimeout`, limitMs);
}

/** A worker did not connect in time. */
export function workerConnectTimedOut(pid: number, limitMs: number): TimeoutError {
  const state = `process ${pid} did not connect within ${limitMs} ms, see what it loads first`;
  return new TimeoutError(`Cannot start worker: ${state} or raise loadTimeout`, limitMs);
}

/** A task's pool was terminated. */
export function taskTerminated(task: Task): PoolTerminatedError {
  return new PoolTerminatedError(`Cannot finish task ${task.fn.name}: the pool was terminated before it was done`);
}

/** A worker ended before it was ready. */
export function workerStartFailed({ pid, status }: WorkerEnd): ProcessError {
  const how = "code" in status ? `exited with code ${status.code}` : `was killed by ${status.signal}`;
  const { packaging } = thisProcess();
  const hint = packaging === "modules" || !("code" in status)
    ? ""
    : `, let this ${packaging} program come to await freezeSupport(self) first, see docs/deploy.md`;
  return new ProcessError(`Cannot start worker: process ${pid} ${how} before it was ready${hint}`);
}

/** A task's worker ended while it ran the task. */
export function workerLost({ pid, status, outOfMemory }: WorkerEnd, task: Task): WorkerLostError {
  const signal = "signal" in status ? status.signal : null;
  const exitCode = "code" in status ? status.code : -status.number;
  const how = signal === null ? `exited with code ${exitCode}` : `was killed by ${signal}`;
  // The pool did not send this SIGKILL: it settles a task before it kills the task's worker.
  const memory = outOfMemory === undefined ? ", possibly out of memory" : outOfMemory ? ", out of memory" : "";
  const guess = signal === "SIGKILL" ? memory : "";
  const tries = task.losses > 1 ? `, as did ${task.losses - 1} before it` : "";
  const hint = exitCode === 1 ? ", see what it wrote to standard error" : ""; // so ends who leaves an error uncaught
  return new WorkerLostError(
    `Cannot finish task ${task.fn.name}: its worker, process ${pid}, ${how}${guess}${tries}${hint}`,
    { pid, exitCode, signal, task: task.fn.name },
  );
}
