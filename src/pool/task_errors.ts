/**
 * How a pool ends a task, and the errors with which it does, or gives up a worker.
 *
 * @module
 */
import type { ExitStatus } from "../runtime/adapter.ts";
import { decode, type Payload } from "../codec/codec.ts";
import { PoolTerminatedError, ProcessError, TimeoutError, WorkerLostError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";
import type { Task } from "./task.ts";
import type { WorkerHandle } from "./worker_handle.ts";
import { withRemoteStack } from "../codec/remote_stack.ts";
import { returnBuffers } from "../codec/buffer_pool.ts";

/** How a worker ended, and whether the system says that it was for want of memory: undefined when it does not say. */
export interface WorkerEnd {
  readonly status: ExitStatus;
  readonly outOfMemory: boolean | undefined;
}

/** With what its worker has said. */
export function settleTask(
  job: Task,
  type: "value" | "failure",
  payload: Payload,
  blocks: Block[],
  index: number,
): void {
  returnBuffers(job.input.blocks); // the worker has them whole, and nobody else gets them
  let value: unknown;
  try {
    value = decode(payload, blocks);
  } catch (error) {
    return job.fail(error, index);
  }
  if (type === "value") job.succeed(value);
  else job.fail(withRemoteStack(value), index);
}

/** It has run for longer than it may. */
export function taskTimedOut(job: Task, limit: number): TimeoutError {
  return new TimeoutError(`Cannot finish task ${job.work.name}: it ran for more than ${limit} ms`, limit);
}

/** Its pool was terminated. */
export function taskTerminated(job: Task): PoolTerminatedError {
  return new PoolTerminatedError(`Cannot finish task ${job.work.name}: the pool was terminated before it was done`);
}

/** A worker died before it was ready. */
export function workerStartFailed(member: WorkerHandle, status: ExitStatus): ProcessError {
  const how = "code" in status ? `exited with code ${status.code}` : `was killed by ${status.signal}`;
  return new ProcessError(`Cannot start worker: process ${member.pid} ${how} before it was ready`);
}

/** The error of a job whose worker died under it. */
export function workerLost(member: WorkerHandle, { status, outOfMemory }: WorkerEnd, job: Task): WorkerLostError {
  const signal = "signal" in status ? status.signal : null;
  const exitCode = "code" in status ? status.code : -status.number;
  const how = signal === null ? `exited with code ${exitCode}` : `was killed by ${signal}`;
  // Nobody here asked for SIGKILL: a task whose worker the pool kills has settled before.
  const guess = signal !== "SIGKILL" ? "" : outOfMemory ? ", out of memory" : ", possibly out of memory";
  const tries = job.losses > 1 ? `, as did ${job.losses - 1} before it` : "";
  return new WorkerLostError(
    `Cannot finish task ${job.work.name}: its worker, process ${member.pid}, ${how}${guess}${tries}`,
    { pid: member.pid, exitCode, signal, task: job.work.name },
  );
}
