/**
 * The options of a `Process`, and the checks of them at the call. Starts nothing.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Output } from "../runtime/adapter.ts";
import { checkPermissions } from "./permission_options.ts";
import type { Setting } from "./spawn.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import type { KwargsOption, PositionalArgs } from "../function/call_arguments.ts";
import { notFunction } from "../function/not_function.ts";
import { isTarget, type Target } from "../function/task.ts";

/** Options of {@linkcode Process}. */
export interface ProcessOptions extends Setting {
  /** Reserved, as in Python; must be null. */
  group?: null;
  /** What the child runs. */
  target?: Target;
  /** Default: `Process-N`, with the name of a subclass in place of `Process`; `Process-N:M` for a child's child. */
  name?: string;
  /** Arguments of the target; they are copied by `start()`. */
  args?: unknown[];
  /** Passed to the target as one last argument. */
  kwargs?: object;
  /** A daemon ends with its parent. Default: as the process that creates it. */
  daemon?: boolean;
  /** Where standard output goes; default `"inherit"`. */
  stdout?: Output;
  /** Where standard error goes; default `"inherit"`. */
  stderr?: Output;
  /** Milliseconds from SIGTERM to SIGKILL when the process is ended by `signal` or by disposal; default 1000. */
  killGrace?: number;
  /** Aborting ends the process: SIGTERM, then SIGKILL. */
  signal?: AbortSignal;
}

/**
 * Options of a {@linkcode Process}, with the arguments that its target needs.
 *
 * @typeParam A parameters of the target
 * @typeParam K what is given as `kwargs`
 */
export type ProcessOptionsFor<A extends unknown[], K> =
  & Omit<ProcessOptions, "target" | "args" | "kwargs">
  & { target?: Target<A> }
  & KwargsOption<A, K>
  & NoInfer<[] extends PositionalArgs<A, K> ? { args?: PositionalArgs<A, K> } : { args: PositionalArgs<A, K> }>;

/** Time between SIGTERM and SIGKILL when a child is ended, unless the option `killGrace` says otherwise. */
export const KILL_GRACE_MS = 1_000;

const currentOptions = new WeakSet<ProcessOptions>();

/** The same options, for the object of this very process. */
export function optionsOfCurrentProcess(options: ProcessOptions): ProcessOptions {
  currentOptions.add(options);
  return options;
}

/** Whether the options are for the object of this very process. */
export function isOfCurrentProcess(options: ProcessOptions): boolean {
  return currentOptions.has(options);
}

/** The options that a `Process` and a `Pool` have in common. */
export const SETTING_OPTIONS: OptionNames<Setting> = { env: true, cwd: true, permissions: true, runtimeArgs: true };

const PROCESS_OPTIONS: OptionNames<ProcessOptions> = {
  ...SETTING_OPTIONS,
  group: true,
  target: true,
  name: true,
  args: true,
  kwargs: true,
  daemon: true,
  stdout: true,
  stderr: true,
  killGrace: true,
  signal: true,
};

/** A copy that later changes of the lists of arguments do not reach. */
export function copyOptions(options: ProcessOptions): ProcessOptions {
  const { args, kwargs } = options;
  return { ...options, ...args && { args: [...args] }, ...kwargs && { kwargs: { ...kwargs } } };
}

/**
 * Checks what a user gave.
 *
 * @param needsTarget whether nothing could run without a target: it is no object of a subclass
 * @throws {TypeError} an option is of the wrong kind
 */
export function checkProcessOptions(options: ProcessOptions, needsTarget: boolean): void {
  const wrong = (option: string, kind: string) => typeError(`Cannot make process: ${option} is not ${kind}`);
  checkOptions(options, PROCESS_OPTIONS, "make process", "target");
  const { group, target, name, args, kwargs, daemon, signal } = options as Record<string, unknown>;
  if (group !== undefined && group !== null) throw wrong("group", "null: it is reserved");
  if (name !== undefined && typeof name !== "string") throw wrong("name", "a string");
  if (args !== undefined && !Array.isArray(args)) throw wrong("args", "an array");
  if (kwargs !== undefined && !isRecord(kwargs)) throw wrong("kwargs", "an object");
  if (daemon !== undefined && typeof daemon !== "boolean") throw wrong("daemon", "a boolean");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrong("signal", "an AbortSignal");
  if (target === undefined ? needsTarget && namesTarget(options) : !isTarget(target)) {
    throw typeError(`Cannot make process: target is ${notFunction(target)}`);
  }
  checkSetting(options, wrong);
  for (const option of ["stdout", "stderr"] as const) {
    const value = options[option];
    if (value !== undefined && !["inherit", "null", "piped"].includes(value)) {
      throw wrong(option, `"inherit", "null" or "piped"`);
    }
  }
}

/** Whether options speak of a target: they name it, or its arguments. */
function namesTarget(options: ProcessOptions): boolean {
  return "target" in options || options.args !== undefined || options.kwargs !== undefined;
}

/** Checks the options that a `Process`, a `Pool` and `fork()` have in common. `wrong` makes the error. */
export function checkSetting(
  options: Setting & { killGrace?: number },
  wrong: (option: string, kind: string) => TypeError,
): void {
  const { env, cwd, permissions, runtimeArgs, killGrace } = options as Record<string, unknown>;
  if (killGrace !== undefined && (typeof killGrace !== "number" || Number.isNaN(killGrace))) {
    throw wrong("killGrace", "a number of milliseconds");
  }
  if (env !== undefined && !(isRecord(env) && areStrings(Object.values(env)))) {
    throw wrong("env", "an object of strings");
  }
  if (cwd !== undefined && typeof cwd !== "string") throw wrong("cwd", "a string");
  if (runtimeArgs !== undefined && !(Array.isArray(runtimeArgs) && areStrings(runtimeArgs))) {
    throw wrong("runtimeArgs", "an array of strings");
  }
  checkPermissions(permissions, wrong);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areStrings(values: unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}
