/**
 * `Process`: one child process that runs one function, as in Python's
 * `multiprocessing`. Parent's side; the child's is `worker.ts`. Knows how to
 * start and end a child, not how a runtime does it.
 *
 * @module
 */
import { type Child, type ExitStatus, here } from "./adapter.ts";
import { encode } from "./codec.ts";
import { StateError } from "./errors.ts";
import { family, nextPath, onLeaving, onParentGone, parentLives } from "./family.ts";
import { fieldsOf } from "./fields.ts";
import { refuseWhileImporting } from "./guard.ts";
import { refuseSending } from "./graph.ts";
import { launch } from "./launch.ts";
import { checkOptions, type ProcessOptions } from "./process_options.ts";
import { seek } from "./seek.ts";
import type { Note } from "./registry.ts";
import type { Target } from "./target.ts";
import { checkWait, LONGEST, type Wait, waitFor } from "./wait.ts";

/** Time, in milliseconds, between SIGTERM and SIGKILL when a process is ended by the ladder. */
export const KILL_GRACE = 1_000;

/** What a process knows of its parent. */
export interface ProcessInfo {
  /** Its process id. */
  readonly pid: number;
  /** Its name. */
  readonly name: string;
  /** Whether the parent lives. */
  isAlive(): boolean;
  /** Settles when the parent has ended: true, or false when the timeout came first. */
  join(options?: Wait): Promise<boolean>;
}

type State = "initial" | "started" | "ended" | "closed" | "self";

const alive = new Set<Process>();

/**
 * A process of its own for one function: `new Process({ target, args }).start()`.
 *
 * Python's `multiprocessing.Process` on `Deno.Command` and `Bun.spawn`. The child
 * imports the module in which the target lives, so code that starts processes
 * belongs inside `if (import.meta.main)`. A subclass overrides `run()` and is
 * exported; its public fields cross to the child.
 *
 * @typeParam A arguments of the target
 *
 * @example A process and its exit code
 * ```ts
 * import { Process } from "@brood/multiprocessing";
 *
 * export function greet(name: string) {
 *   console.log(`hello ${name}`);
 * }
 *
 * if (import.meta.main) {
 *   const child = new Process({ target: greet, args: ["Ada"] }).start();
 *   console.log(await child.join()); // 0
 * }
 * ```
 */
// deno-lint-ignore no-explicit-any
export class Process<A extends unknown[] = any[], K extends Record<string, unknown> = Record<string, unknown>> {
  readonly #options: ProcessOptions;
  readonly #path: readonly number[];
  #name: string;
  #daemon: boolean;
  #state: State = "initial";
  #child: Child | null = null;
  #pid: number | null = null;
  #exitCode: number | null = null;
  #sentinel: Promise<number> | null = null;

  /**
   * Makes a process that `start()` starts.
   *
   * @throws {TypeError} an option is of the wrong kind
   */
  constructor(options: Omit<ProcessOptions<A>, "target"> & { target: Target<[...A, K], unknown>; kwargs: K });
  /** Without `kwargs`. */
  constructor(options?: ProcessOptions<A>);
  constructor(options: ProcessOptions = {}) {
    checkOptions(options);
    this.#options = {
      ...options,
      ...options.args && { args: [...options.args] },
      ...options.kwargs && { kwargs: { ...options.kwargs } },
    };
    const adopted = adopting;
    adopting = false;
    if (adopted) {
      this.#state = "self";
      this.#path = family().path;
      this.#name = family().name;
      this.#daemon = family().daemon;
      this.#pid = here().pid;
      return;
    }
    this.#path = nextPath();
    this.#name = options.name ?? `${new.target.name}-${this.#path.join(":")}`;
    this.#daemon = options.daemon ?? family().daemon;
  }

  /** Name of the process, for people. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    if (typeof name !== "string") throw new TypeError("Cannot set name of process: it is not a string");
    this.#name = name;
  }

  /** Whether the process ends with its parent. Settable before `start()`. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (typeof daemon !== "boolean") throw new TypeError("Cannot set daemon of process: it is not a boolean");
    if (this.#state !== "initial") throw this.#refusal("set daemon of", "set it before start()");
    this.#daemon = daemon;
  }

  /** Process id; null before `start()`. */
  get pid(): number | null {
    this.#refuseClosed("read pid of");
    return this.#pid;
  }

  /** Null while running or not started, else the exit code, −N when signal N killed it. */
  get exitCode(): number | null {
    this.#refuseClosed("read exitCode of");
    return this.#exitCode;
  }

  /** Settles with the exit code when the process has ended; never rejects. */
  get sentinel(): Promise<number> {
    this.#refuseClosed("read sentinel of");
    if (this.#sentinel === null) throw this.#refusal("read sentinel of", "call start() first");
    return this.#sentinel;
  }

  /** What the child writes to standard output, with `stdout: "piped"`; else null. */
  get stdout(): ReadableStream<Uint8Array> | null {
    return this.#child?.stdout ?? null;
  }

  /** What the child writes to standard error, with `stderr: "piped"`; else null. */
  get stderr(): ReadableStream<Uint8Array> | null {
    return this.#child?.stderr ?? null;
  }

  /**
   * Starts the child; it exists on return. At most once per object.
   *
   * @throws {StateError} it was started before
   * @throws {SerializationError} the arguments or fields cannot cross
   * @throws {TargetError} the target cannot be named for another process
   * @throws {BootstrapError} this process is a child that imports its target's module
   * @throws {SpawnError} the runtime could not start it
   */
  start(): this {
    if (this.#state !== "initial") throw this.#refusal("start", "make a new one: a process can be started once");
    refuseWhileImporting("start process");
    const options = this.#options;
    options.signal?.throwIfAborted();
    const subclass = this.run !== Process.prototype.run;
    const { target, args = [], kwargs } = options;
    const note = target === undefined ? null : seek(target);
    const child = launch({
      ...options,
      kind: "process",
      name: this.#name,
      path: this.#path,
      daemon: this.#daemon,
      subclass,
      note: subclass ? seek(this.constructor) : note,
      ...subclass && note !== null && { also: [note] },
      payload: subclass
        ? encode({ this: fieldsOf(this, Process), note, args, ...kwargs && { kwargs } }, "")
        : encode(kwargs === undefined ? args : [...args, kwargs], "args"),
    });
    this.#child = child;
    this.#pid = child.pid;
    this.#state = "started";
    this.#sentinel = child.exited.then((status) => this.#ended(status));
    alive.add(this);
    if (this.#daemon) child.unref();
    this.#obey(options.signal);
    return this;
  }

  #ended(status: ExitStatus): number {
    this.#exitCode = "code" in status ? status.code : -status.number;
    this.#state = "ended";
    alive.delete(this);
    return this.#exitCode;
  }

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const end = () => void this.#end();
    signal.addEventListener("abort", end, { once: true });
    this.#sentinel!.then(() => signal.removeEventListener("abort", end));
  }

  /** What the child runs: calls the target. Override it in an exported subclass. */
  run(): void | Promise<void> {
    const { target, args = [], kwargs } = this.#options;
    if (typeof target !== "function") return;
    return target(...args, ...(kwargs === undefined ? [] : [kwargs])) as void | Promise<void>;
  }

  /**
   * Waits for the child to end; it keeps this program alive meanwhile, also a daemon.
   *
   * @returns the exit code; null when the timeout came first
   * @throws {StateError} it was not started, or is not a child of this process
   */
  async join(options?: Wait): Promise<number | null> {
    checkWait(options, "join process");
    this.#refuseClosed("join");
    if (this.#state === "self") throw this.#refusal("join", "a process can only join its children");
    if (this.#sentinel === null) throw this.#refusal("join", "call start() first");
    const child = this.#child!;
    joined.set(child, (joined.get(child) ?? 0) + 1);
    child.ref();
    try {
      await waitFor(this.#sentinel, () => this.#exitCode !== null, options);
      return this.#exitCode;
    } finally {
      const waiting = joined.get(child)! - 1;
      joined.set(child, waiting);
      if (waiting === 0 && this.#daemon && this.#exitCode === null) child.unref();
    }
  }

  /** Whether the child was started and has not ended. */
  isAlive(): boolean {
    this.#refuseClosed("ask whether alive:");
    return this.#state === "started" || this.#state === "self";
  }

  /** Sends SIGTERM; does nothing once the child has ended. Its own children live on. */
  terminate(): void {
    this.#signal("terminate", "SIGTERM");
  }

  /** Sends SIGKILL; does nothing once the child has ended. */
  kill(): void {
    this.#signal("kill", "SIGKILL");
  }

  #signal(act: string, signal: "SIGTERM" | "SIGKILL"): void {
    this.#refuseClosed(act);
    if (this.#state === "self") throw this.#refusal(act, "a process can only end its children so");
    if (this.#child === null) throw this.#refusal(act, "call start() first");
    if (this.#state === "started") this.#child.kill(signal);
  }

  /**
   * Releases the object: afterwards only `name` and `daemon` can be read. Idempotent.
   *
   * @throws {StateError} the child still runs
   */
  close(): void {
    if (this.#state === "started") throw this.#refusal("close", "terminate() or join() it first");
    if (this.#state === "self") return;
    this.#state = "closed";
    this.#child = null;
  }

  /** Ends the child if it lives: SIGTERM, after `killGrace` SIGKILL; settles when it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "started") await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child!;
    child.kill("SIGTERM");
    const timeout = this.#options.killGrace ?? KILL_GRACE;
    if (!await waitFor(this.#sentinel!, () => this.#exitCode !== null, { timeout })) child.kill("SIGKILL");
    await this.#sentinel;
  }

  #refuseClosed(act: string): void {
    if (this.#state === "closed") throw this.#refusal(act, "make a new one");
  }

  #refusal(act: string, remedy: string): StateError {
    const state = this.#state === "initial"
      ? "not started"
      : this.#state === "self"
      ? "this very process"
      : this.#state;
    return new StateError(`Cannot ${act} process ${this.#name}: it is ${state}, ${remedy}`, state);
  }
}

refuseSending(Process, "a Process");

/** How many join() calls wait for a child: a daemon is held only while one does. */
const joined = new WeakMap<Child, number>();

let adopting = false;
let current: Process | null = null;

/** What a subclass's object is made of in the child. */
export interface Remains {
  this: Record<string, unknown>;
  /** The target, which only `super.run()` calls. */
  note: Note | null;
  args: unknown[];
  kwargs?: Record<string, unknown>;
}

/** Makes the object of this very process, in a child: of a subclass without running its constructor. */
export function adopt(Class: typeof Process, fields: Record<string, unknown>, options: ProcessOptions = {}): Process {
  adopting = true;
  const process = Reflect.construct(Process, [options], Class) as Process;
  Object.assign(process, fields);
  return current = process;
}

/** The object of the process in which this is called: `MainProcess` in the first. */
export function currentProcess(): Process {
  return current ?? adopt(Process, {});
}

/** The parent of this process; null in the first process. */
export function parentProcess(): ProcessInfo | null {
  const { parent } = family();
  if (parent === null) return null;
  return {
    ...parent,
    isAlive: parentLives,
    join(options?: Wait): Promise<boolean> {
      checkWait(options, "join parent");
      const held = setInterval(() => {}, LONGEST); // the watch itself keeps nothing alive
      const gone = waitFor(new Promise<void>(onParentGone), () => !parentLives(), options);
      return gone.finally(() => clearInterval(held));
    },
  };
}

/** Children of this process that were started by `Process` and are alive. */
export function activeChildren(): Process[] {
  return [...alive];
}

// A child waits for its non-daemon children before it ends; they may start more meanwhile.
onLeaving(async () => {
  for (const child of alive) if (!child.daemon) await child.sentinel;
});

/** Process id of this process, as `os.getpid()`. */
export function getpid(): number {
  return here().pid;
}

/** Process id of the parent, as `os.getppid()`; changes when the parent has died. */
export function getppid(): number {
  return here().ppid;
}

/**
 * How many processors this process can use: affinity, and the quota of its
 * control group where that can be read. `BROOD_CPU_COUNT` overrides it.
 */
export function cpuCount(): number {
  const override = Number(here().env("BROOD_CPU_COUNT"));
  return Number.isInteger(override) && override > 0 ? override : here().cpus;
}
