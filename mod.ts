/**
 * Python's `os.fork`, `os.wait` and `multiprocessing` for Deno and Bun: forks,
 * processes and pools with one meaning on both.
 *
 * @example A pool
 * ```ts
 * import { Pool } from "@brood/multiprocessing";
 *
 * export function square(n: number) {
 *   return n * n;
 * }
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(2);
 *   console.log(await pool.map(square, [1, 2, 3])); // [1, 4, 9]
 * }
 * ```
 *
 * @module
 */
import { detect } from "./adapters/mod.ts";
import { install } from "./src/runtime/installed.ts";
import { expectFreeze } from "./src/child/freeze_support.ts";

install(detect());
expectFreeze();

export { cpuCount, getpid, getppid, parentProcess } from "./src/process/identity.ts";
export type { ProcessInfo } from "./src/process/identity.ts";
export { processTable } from "./src/process/process_table.ts";
export type { ProcessRecord } from "./src/process/process_table.ts";
export type { ProcessKind } from "./src/process/child_record.ts";
export { fork } from "./src/process/fork.ts";
export type { ForkOptions } from "./src/process/fork.ts";
export { snapshot } from "./src/replay/snapshot.ts";
export { wait, waitpid, waitStatusToExitCode } from "./src/process/waitpid.ts";
export type { WaitpidOptions } from "./src/process/waitpid.ts";
export { activeChildren, Process } from "./src/process/process.ts";
export { currentProcess } from "./src/process/current_process.ts";
export type { ProcessOptions, ProcessOptionsFor } from "./src/process/process_options.ts";
export { inline, task } from "./src/function/task.ts";
export { registerError } from "./src/codec/register_error.ts";
export { freezeSupport } from "./src/child/freeze_support.ts";
export type { AnyFunction } from "./src/function/function_ref.ts";
export type { Target, TaskRef } from "./src/function/task.ts";
export type {
  CallArguments,
  IsUnknown,
  KnownKeys,
  Kwargs,
  KwargsOption,
  PlainObject,
  PositionalArgs,
} from "./src/function/call_arguments.ts";
export { Pool } from "./src/pool/pool.ts";
export type { PoolOptions, PoolOptionsFor } from "./src/pool/pool_options.ts";
export type { PoolStats, WorkerStats } from "./src/pool/stats.ts";
export { AsyncResult } from "./src/pool/async_result.ts";
export type { Callbacks } from "./src/pool/async_result.ts";
export type { ImapOptions, MapOptions, OnProgress, TaskOptions } from "./src/pool/task_options.ts";
export { taskSignal } from "./src/pool/task_signal.ts";
export type { Output, Permissions, PermissionSet } from "./src/runtime/adapter.ts";
export type { Setting } from "./src/process/spawn.ts";
export type { Wait } from "./src/runtime/deadline.ts";
export {
  AuthenticationError,
  BootstrapError,
  BrokenBarrierError,
  BrokenPoolError,
  BufferTooShort,
  ClosedError,
  ConnectError,
  Empty,
  EOFError,
  ForkError,
  Full,
  LoadError,
  NoChildError,
  PoolTerminatedError,
  ProcessError,
  ProtocolError,
  RemoteError,
  SerializationError,
  SpawnError,
  StateError,
  TargetError,
  TimeoutError,
  UnsupportedError,
  WorkerLostError,
} from "./src/errors.ts";
export { JoinableQueue, Queue, SimpleQueue } from "./src/queue/queue.ts";
export { SharedArray } from "./src/shared_values/shared_array.ts";
export { Value } from "./src/shared_values/value.ts";
export type { IsNumberCode, Scalar, ScalarOf, Typecode, TypecodeOf } from "./src/shared_values/typecode.ts";
export { SharedMemory } from "./src/shared_values/shared_memory.ts";
export type { QueueWait } from "./src/queue/queue.ts";
export { Connection } from "./src/connection/connection.ts";
export type { RecvBytesOptions } from "./src/connection/connection.ts";
export { Pipe } from "./src/connection/pipe.ts";
export type { PipeOptions } from "./src/connection/pipe.ts";
export { Manager } from "./src/manager/manager.ts";
export type { ManagerOptions, Registrable } from "./src/manager/manager_options.ts";
export type { Made, MakerArgs, Remote } from "./src/manager/auto_proxy.ts";
export type { DictEntries, DictProxy } from "./src/manager/dict_proxy.ts";
export type { ListProxy } from "./src/manager/list_proxy.ts";
export type { NamespaceProxy } from "./src/manager/namespace_proxy.ts";
export type { SetProxy } from "./src/manager/set_proxy.ts";
export { Lock, RLock } from "./src/synchronize/lock.ts";
export { BoundedSemaphore, Semaphore } from "./src/synchronize/semaphore.ts";
export { Event } from "./src/synchronize/event.ts";
export { Condition } from "./src/synchronize/condition.ts";
export { Barrier } from "./src/synchronize/barrier.ts";
export type { BarrierOptions } from "./src/synchronize/barrier.ts";
export type { AcquireWait, Held } from "./src/synchronize/acquire.ts";
export { connectionWait } from "./src/connection/connection_wait.ts";
export type { Waitable } from "./src/connection/connection_wait.ts";
export { Client } from "./src/connection/client.ts";
export type { ClientOptions } from "./src/connection/client.ts";
export { Listener } from "./src/connection/listener.ts";
export type { ListenerOptions } from "./src/connection/listener.ts";
export type { Address, NetworkAddress } from "./src/transport/address.ts";
export type { Maker } from "./src/manager/factory.ts";
export type { Location } from "./src/remote/location.ts";
