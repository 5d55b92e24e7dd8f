/**
 * `Pipe()`: two connections, what one sends the other receives, as in Python's
 * `multiprocessing`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Connection } from "./connection.ts";
import { CONNECTION } from "./pipe_connection.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { createEnds } from "../remote/object_registry.ts";

/** Options of {@linkcode Pipe}. */
export interface PipeOptions {
  /** False: the first end only receives, the second one only sends. */
  duplex?: boolean;
}

const PIPE_OPTIONS: OptionNames<PipeOptions> = { duplex: true };

/**
 * Makes a pipe that lives in this process, and gives its two ends, to be kept or given away: as arguments, as results,
 * in queues and through other pipes, and each end to several processes.
 *
 * What is sent is copied, and comes in order. An end is open while some process has it that lives and has not closed
 * it. When no process has the one end any more, the other end receives what is left, and then {@linkcode EOFError}; what
 * is sent to it is refused with {@linkcode ClosedError}. The copy of this process counts until another process has taken
 * the end, or a child that was started with it has ended, however early, and it counts again when this process uses it:
 * a child's end need not be closed in the parent, as Python demands. An end that was sent, in a queue, through a pipe or
 * with a task, is open from then on until the process that receives it closes it or ends: if nobody ever receives it,
 * the other end never comes to its end of file, so bound its `recv()` where that may happen. When this process is gone, every use rejects with
 * {@linkcode ConnectError}.
 *
 * @typeParam T what is sent
 * @throws {ConnectError} this process may not listen for others
 *
 * @example A child that answers
 * ```ts
 * import { type Connection, Pipe, Process } from "@brood/multiprocessing";
 *
 * export async function double(connection: Connection<number>) {
 *   for await (const n of connection) await connection.send(2 * n);
 * }
 *
 * if (import.meta.main) {
 *   const [here, there] = Pipe<number>();
 *   new Process({ target: double, args: [there] }).start();
 *   await here.send(21);
 *   console.log(await here.recv()); // 42
 *   here.close();
 * }
 * ```
 */
export function Pipe<T = unknown>(options: PipeOptions = {}): [Connection<T>, Connection<T>] {
  checkOptions(options, PIPE_OPTIONS, "make pipe", "duplex");
  const { duplex = true } = options;
  if (typeof duplex !== "boolean") throw typeError("Cannot make pipe: duplex is not a boolean");
  return createEnds(CONNECTION, [], [0, true, duplex], [1, duplex, true]) as [Connection<T>, Connection<T>];
}
