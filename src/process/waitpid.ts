/**
 * `wait()` and `waitpid()`: collect the status of children that have ended, as in
 * Python's `os`. They use the process table, so that no status is lost or given
 * twice.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { NoChildError, TimeoutError } from "../errors.ts";
import { isReplaying, recordCall } from "../replay/recorder.ts";
import type { ChildRecord } from "./child_record.ts";
import { collectChild, findChild } from "./process_table.ts";
import { checkWait, type Wait, WAIT_OPTIONS } from "../runtime/deadline.ts";
import type { OptionNames } from "../runtime/options.ts";

/** Bounds of {@linkcode waitpid}. */
export interface WaitpidOptions extends Wait {
  /** Do not wait: `[0, 0]` when the child runs on. */
  noHang?: boolean;
}

const WAITPID_OPTIONS: OptionNames<WaitpidOptions> = { ...WAIT_OPTIONS, noHang: true };

/**
 * Waits for any child that `fork()` or `Process` made, as `os.wait()`.
 *
 * Keeps this program alive meanwhile. Calls that wait at the same time get a
 * child each, first come, first served. Workers of a pool are never given.
 *
 * @returns process id and status: exit code × 256, or the number of the signal that killed it
 * @throws {NoChildError} there is no child, or the last one was given to another
 * @throws {TimeoutError} none has ended within the timeout
 *
 * @example The exit code of a child
 * ```ts
 * import { fork, wait, waitStatusToExitCode } from "@brood/multiprocessing";
 *
 * const pid = fork();
 * if (pid !== 0) {
 *   const [ended, status] = await wait();
 *   console.log(ended === pid, waitStatusToExitCode(status)); // true 0
 * }
 * ```
 */
export function wait(options?: Wait): Promise<[pid: number, status: number]> {
  return recordCall("wait()", () => collectStatus(-1, options, "wait for a child"), () => noChild("wait for a child"));
}

/**
 * Waits for one child, as `os.waitpid()`; with −1 for any, as {@linkcode wait}.
 *
 * @param pid the child's process id, or −1
 * @returns process id and status, `[0, 0]` with `noHang` while the child runs
 * @throws {NoChildError} it is no child of this process that `fork()` or `Process` made, or its status was taken
 * @throws {TimeoutError} it has not ended within the timeout
 * @throws {RangeError} the id is below 1 and not −1: there are no process groups
 */
export function waitpid(pid: number, options?: WaitpidOptions): Promise<[pid: number, status: number]> {
  const act = `wait for process ${pid}`;
  return recordCall("waitpid()", () => collectStatus(pid, options, act), () => noChild(act));
}

async function collectStatus(pid: number, options: WaitpidOptions | undefined, act: string): Promise<[number, number]> {
  checkPid(pid);
  checkWait(options, act, WAITPID_OPTIONS);
  const { noHang = false, signal, timeout } = options ?? {};
  if (typeof noHang !== "boolean") throw typeError(`Cannot ${act}: noHang is not a boolean`);
  signal?.throwIfAborted();
  const wanted = pid === -1 ? null : findChild(pid);
  if (wanted === undefined) throw noChild(act);
  const got = await collectChild(wanted, noHang ? { signal, timeout: 0 } : options);
  if (got === null) throw noChild(act);
  if (got !== undefined) return [got.pid, statusOf(got)];
  if (noHang) return [0, 0];
  throw new TimeoutError(`Cannot ${act}: none has ended within ${timeout} ms, wait longer or end it`, timeout!);
}

function checkPid(pid: unknown): void {
  if (typeof pid !== "number" || !Number.isInteger(pid)) {
    throw typeError("Cannot wait for process: the pid is not a whole number");
  }
  if (pid < 1 && pid !== -1) {
    throw rangeError(`Cannot wait for process ${pid}: there are no process groups, give a child's pid or -1`);
  }
}

function statusOf({ status }: ChildRecord): number {
  return "code" in status! ? (status.code & 0xff) << 8 : status!.number;
}

function noChild(act: string): NoChildError {
  return new NoChildError(
    isReplaying()
      ? `Cannot ${act}: it was the parent's child`
      : `Cannot ${act}: this process has no such child, or its status was taken`,
  );
}

/**
 * The exit code in a status of {@linkcode wait}, as `os.waitstatus_to_exitcode()`:
 * 768 gives 3, and 9, killed by signal 9, gives −9.
 *
 * @throws {TypeError} the status is not a whole number
 * @throws {RangeError} it is not the status of a process that has ended
 */
export function waitStatusToExitCode(status: number): number {
  if (typeof status !== "number" || !Number.isInteger(status)) {
    throw typeError("Cannot read wait status: it is not a whole number");
  }
  const signal = status & 0x7f;
  if (status < 0 || status > 0xffff || signal === 0x7f) {
    throw rangeError(`Cannot read wait status ${status}: it is not that of a process that has ended`);
  }
  return signal === 0 ? status >> 8 : -signal;
}
