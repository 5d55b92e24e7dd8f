/**
 * `Process`: one child process that runs one function, as in Python's
 * `multiprocessing`. Parent's side; the child's is `worker.ts`. Knows how to
 * start and end a child, not how a runtime does it.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { ForkError, StateError } from "../errors.ts";
import { nextChildPath, ownIdentity } from "../runtime/process_info.ts";
import { onExit } from "../runtime/exit_hooks.ts";
import { subclassFields } from "./subclass_fields.ts";
import { refuseWhileImporting } from "./main_guard.ts";
import { refuseSending } from "../codec/reduction.ts";
import { spawnChild } from "./spawn.ts";
import { isReplaying, recordAnswer, recordCall } from "../replay/recorder.ts";
import { checkOptions, type ProcessOptions } from "./process_options.ts";
import { addChild, type ChildEntry, forgetChild, reap } from "./process_table.ts";
import { locate } from "../function/locate.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { Target } from "../function/task.ts";
import { checkWait, type Wait, waitFor } from "../runtime/deadline.ts";

/** Time, in milliseconds, between SIGTERM and SIGKILL when a process is ended by the ladder. */
export const KILL_GRACE_MS = 1_000;

type State = "initial" | "started" | "closed" | "self";

/** Children that run, each with its number among those that were started. */
const alive = new Map<Process, number>();
/** On the way to a fork point: the parent's, ended or not. */
const ghosts = new Map<Process, number>();

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
 *   console.log(`hello ${name}`); // hello Ada
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
  #options: ProcessOptions;
  readonly #path: readonly number[];
  #name: string;
  #daemon: boolean;
  /** Made on the way to a fork point: it is the parent's, and of no use after that. */
  readonly #inherited: boolean;
  #state: State = "initial";
  /** Which of the processes that this one made it is; 0 before the start. */
  #number = 0;
  /** Null as well while the start is only a memory of the parent's. */
  #entry: ChildEntry | null = null;
  #pid: number | null = null;
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
    this.#inherited = isReplaying() && !adopted;
    if (adopted) {
      this.#state = "self";
      this.#path = ownIdentity().path;
      this.#name = ownIdentity().name;
      this.#daemon = ownIdentity().daemon;
      return;
    }
    this.#path = recordCall("new Process()", nextChildPath);
    this.#name = options.name ?? `${new.target === Process ? "Process" : new.target.name}-${this.#path.join(":")}`;
    this.#daemon = options.daemon ?? ownIdentity().daemon;
  }

  /** Name of the process, for people. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    if (typeof name !== "string") throw new TypeError("Cannot set name of process: it is not a string");
    this.#refuseInherited("set name of");
    this.#name = name;
  }

  /** Whether the process ends with its parent. Settable before `start()`. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (typeof daemon !== "boolean") throw new TypeError("Cannot set daemon of process: it is not a boolean");
    this.#refuseInherited("set daemon of");
    if (this.#state !== "initial") throw this.#refusal("set daemon of", "set it before start()");
    this.#daemon = daemon;
  }

  /** Process id; null before `start()`. */
  get pid(): number | null {
    this.#refuseUnusable("read pid of");
    return this.#state === "self" ? ownIdentity().pid : this.#pid;
  }

  /** Null while running or not started, else the exit code, −N when signal N killed it. */
  get exitCode(): number | null {
    this.#refuseUnusable("read exitCode of");
    return this.#exitCode;
  }

  /** What the parent read on the way to a fork is what a fork child reads there. */
  get #exitCode(): number | null {
    if (this.#pid === null) return null;
    return recordAnswer(`exitCode of ${this.#number}`, () => this.#entry?.exitCode ?? null);
  }

  /** Settles with the exit code when the process has ended; never rejects. */
  get sentinel(): Promise<number> {
    this.#refuseUnusable("read sentinel of");
    if (this.#sentinel === null) throw this.#refusal("read sentinel of", "call start() first");
    return this.#sentinel;
  }

  /** What the child writes to standard output, with `stdout: "piped"`; else null. */
  get stdout(): ReadableStream<Uint8Array> | null {
    return this.#output("stdout");
  }

  /** What the child writes to standard error, with `stderr: "piped"`; else null. */
  get stderr(): ReadableStream<Uint8Array> | null {
    return this.#output("stderr");
  }

  #output(name: "stdout" | "stderr"): ReadableStream<Uint8Array> | null {
    this.#refuseInherited(`read ${name} of`);
    if (!this.#inherited || this.#options[name] !== "piped") return this.#entry?.child[name] ?? null;
    return new ReadableStream({
      pull: () => {
        throw new ForkError(
          `Cannot read ${name} of process ${this.#name}: the parent has read it, put what is read before a fork inside snapshot()`,
        );
      },
    });
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
    this.#refuseInherited("start");
    this.#pid = recordCall("Process.start()", () => this.#launch());
    const { args: _args, kwargs: _kwargs, ...kept } = this.#options; // they are the child's now
    this.#options = kept;
    this.#number = this.#path.at(-1)!;
    this.#state = "started";
    (this.#inherited ? ghosts : alive).set(this, this.#number);
    this.#sentinel = recordCall("Process.sentinel", () => this.#ended(), () => this.#refusal("await", BELONGS));
    if (!this.#inherited) this.#obey(this.#options.signal);
    return this;
  }

  #launch(): number {
    const options = this.#options;
    options.signal?.throwIfAborted();
    const subclass = this.run !== Process.prototype.run;
    const { target, args = [], kwargs } = options;
    const targetRef = target === undefined ? null : locate(target);
    const child = spawnChild({
      ...options,
      kind: "process",
      name: this.#name,
      path: this.#path,
      daemon: this.#daemon,
      isSubclass: subclass,
      functionRef: subclass ? locate(this.constructor) : targetRef,
      ...subclass && targetRef !== null && { moreFunctions: [targetRef] },
      payload: subclass
        ? encode({ this: subclassFields(this, Process), targetRef, args, ...kwargs && { kwargs } }, "")
        : encode(kwargs === undefined ? args : [...args, kwargs], "args"),
    });
    this.#entry = addChild(child, "process", this.#name, !this.#daemon);
    return child.pid;
  }

  async #ended(): Promise<number> {
    const code = await this.#entry!.ended;
    alive.delete(this);
    return code;
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
  join(options?: Wait): Promise<number | null> {
    return recordCall("Process.join()", () => this.#join(options), () => this.#refusal("join", BELONGS));
  }

  async #join(options: Wait | undefined): Promise<number | null> {
    checkWait(options, "join process");
    this.#refuseUnusable("join");
    if (this.#state === "self") throw this.#refusal("join", "a process can only join its children");
    if (this.#entry === null) throw this.#refusal("join", "call start() first");
    const entry = this.#entry;
    // Another may have waited for it and got its status: the exit code is known here all the same.
    if (await reap(entry, options) !== undefined) await this.#sentinel;
    return entry.exitCode;
  }

  /** Whether the child was started and has not ended. */
  isAlive(): boolean {
    this.#refuseUnusable("ask about");
    return this.#state === "self" || this.#state === "started" && this.#exitCode === null;
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
    this.#refuseUnusable(act);
    if (this.#state === "self") throw this.#refusal(act, "a process can only end its children so");
    if (this.#state === "initial") throw this.#refusal(act, "call start() first");
    this.#entry?.child.kill(signal);
  }

  /**
   * Releases the object: afterwards only `name` and `daemon` can be read, and `wait()` no longer gives the child.
   * Idempotent.
   *
   * @throws {StateError} the child still runs
   */
  close(): void {
    this.#refuseInherited("close");
    if (this.#state === "started" && this.#exitCode === null) {
      throw this.#refusal("close", "terminate() or join() it first");
    }
    if (this.#state === "self") return;
    this.#state = "closed";
    if (this.#entry !== null) forgetChild(this.#entry);
    this.#entry = null;
  }

  /** Ends the child if it lives: SIGTERM, after `killGrace` SIGKILL; settles when it is gone and waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== "started" || this.#entry === null) return;
    await this.#end();
    await this.#join(undefined);
  }

  async #end(): Promise<void> {
    const { child, ended, exitCode } = this.#entry!;
    if (exitCode !== null) return;
    child.kill("SIGTERM");
    const timeout = this.#options.killGrace ?? KILL_GRACE_MS;
    if (!await waitFor(ended, () => this.#exitCode !== null, { timeout })) child.kill("SIGKILL");
    await ended;
  }

  #refuseUnusable(act: string): void {
    this.#refuseInherited(act);
    if (this.#state === "closed") throw this.#refusal(act, "make a new one");
  }

  #refuseInherited(act: string): void {
    if (this.#inherited && !isReplaying()) throw this.#refusal(act, BELONGS);
  }

  #refusal(act: string, remedy: string): StateError {
    const state = this.#inherited && !isReplaying()
      ? "the parent's"
      : this.#state === "initial"
      ? "not started"
      : this.#state === "self"
      ? "this very process"
      : this.#state === "started" && this.#exitCode !== null
      ? "ended"
      : this.#state;
    return new StateError(`Cannot ${act} process ${this.#name}: it is ${state}, ${remedy}`, state);
  }
}

refuseSending(Process, "a Process");

/** Remedy for who uses a process of the parent's after the fork. */
const BELONGS = "it was made before the fork and belongs to the parent: make one of your own";

let adopting = false;
let current: Process | null = null;

/** What the instance of a subclass is made of in the child. */
export interface SubclassPayload {
  this: Record<string, unknown>;
  /** The target, which only `super.run()` calls. */
  targetRef: FunctionRef | null;
  args: unknown[];
  kwargs?: Record<string, unknown>;
}

/** Makes the object of this very process, in a child: of a subclass without running its constructor. */
export function instantiateSubclass(
  Class: typeof Process,
  fields: Record<string, unknown>,
  options: ProcessOptions = {},
): Process {
  adopting = true;
  const process = Reflect.construct(Process, [options], Class) as Process;
  Object.assign(process, fields);
  return current = process;
}

/** The object of the process in which this is called: `MainProcess` in the first. */
export function currentProcess(): Process {
  return current ?? instantiateSubclass(Process, {});
}

/** Children of this process that were started by `Process` and are alive. */
export function activeChildren(): Process[] {
  const numbers = recordAnswer("activeChildren()", () => [...alive.values()]);
  return [...isReplaying() ? ghosts : alive].flatMap(([child, number]) => numbers.includes(number) ? [child] : []);
}

// A child waits for its non-daemon children before it ends; they may start more meanwhile.
onExit(async () => {
  for (const child of alive.keys()) if (!child.daemon) await child.sentinel;
});
