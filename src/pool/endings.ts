/**
 * The errors with which a pool ends a task, or gives up a worker.
 *
 * @module
 */
import type { ExitStatus } from "../adapter.ts";
import { PoolTerminatedError, ProcessError, TimeoutError } from "../errors.ts";
import type { Job } from "./job.ts";
import type { Member } from "./member.ts";

/** It has run for longer than it may. */
export function overdue(job: Job, limit: number): TimeoutError {
  return new TimeoutError(`Cannot finish task ${job.work.name}: it ran for more than ${limit} ms`, limit);
}

/** Its pool was terminated. */
export function terminated(job: Job): PoolTerminatedError {
  return new PoolTerminatedError(`Cannot finish task ${job.work.name}: the pool was terminated before it was done`);
}

/** A worker died before it was ready. */
export function startLoss(member: Member, status: ExitStatus): ProcessError {
  const how = "code" in status ? `exited with code ${status.code}` : `was killed by ${status.signal}`;
  return new ProcessError(`Cannot start worker: process ${member.pid} ${how} before it was ready`);
}
