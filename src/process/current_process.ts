/**
 * The `Process` object of this very process. In a child that runs a subclass it is
 * an instance of that, made from the fields that the parent sent.
 *
 * @module
 */
import { Process } from "./process.ts";
import { optionsOfCurrentProcess, type ProcessOptions } from "./process_options.ts";

let current: Process | null = null;

/**
 * Makes the object of this process. The constructor of a subclass does not run.
 *
 * @param fields own public fields of the instance
 */
export function instantiateCurrent(
  Class: typeof Process,
  fields: Record<string, unknown>,
  options: ProcessOptions = {},
): Process {
  const process = Reflect.construct(Process, [optionsOfCurrentProcess(options)], Class) as Process;
  Object.assign(process, fields);
  return current = process;
}

/**
 * The object of the process in which this is called: `MainProcess` in the first one.
 *
 * Python's `multiprocessing.current_process()`.
 */
export function currentProcess(): Process {
  return current ?? instantiateCurrent(Process, {});
}
