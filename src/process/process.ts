/**
 * `Process`: one child process that runs one function, as in Python's
 * `multiprocessing`. The parent's side; the child's is `child/child_main.ts`.
 *
 *     Process ─► spawn.ts ─► adapter          starts the child
 *        └─► ProcessLife, ChildRecord          what the object may do, how the child ended
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import { refuseSending } from "../codec/reduction.ts";
import { locate, locateTarget } from "../function/locate.ts";
import { unreadableStream } from "../replay/inheritance.ts";
import { recordAnswer, recordCall } from "../replay/recorder.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import { nextChildPath, ownIdentity } from "../runtime/process_info.ts";
import type { ChildRecord } from "./child_record.ts";
import { showAs } from "../runtime/inspection.ts";
import { refuseWhileImporting } from "./main_guard.ts";
import { ProcessLife } from "./process_life.ts";
import { RunningChildren } from "./running_children.ts";
import {
  checkProcessOptions,
  copyOptions,
  isOfCurrentProcess,
  KILL_GRACE_MS,
  type ProcessOptions,
  type ProcessOptionsFor,
} from "./process_options.ts";
import { addChild, collectChild, discardChild } from "./process_table.ts";
import { spawnChild } from "./spawn.ts";
import { subclassFields, subclassPayload } from "./subclass_fields.ts";

const runningChildren = new RunningChildren<Process>();

/**
 * A process of its own for one function: `new Process({ target, args }).start()`.
 *
 * Python's `multiprocessing.Process` on `Deno.Command` and `Bun.spawn`. The child
 * imports the module in which the target lives, so code that starts processes
 * belongs inside `if (import.meta.main)`. A subclass overrides `run()` and is
 * exported; its public fields cross to the child.
 *
 * @typeParam A parameters of the target
 * @typeParam K what is given as `kwargs`
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
export class Process<A extends unknown[] = any[], K = unknown> {
  static {
    showAs(this, (process: Process) => process.#life.describe(process.#pid));
  }

  #options: ProcessOptions;
  readonly #path: readonly number[];
  #name: string;
  #daemon: boolean;
  readonly #life: ProcessLife;
  /** Null before the start, after `close()`, and when the child was started before the fork that made this process. */
  #entry: ChildRecord | null = null;
  #pid: number | null = null;
  #sentinel: Promise<number> | null = null;

  /**
   * Makes a process that `start()` starts.
   *
   * @throws {TypeError} an option is of the wrong kind
   */
  constructor(given?: ProcessOptionsFor<A, K>) {
    const options: ProcessOptions = given === undefined ? {} : given;
    checkProcessOptions(options, new.target === Process);
    this.#options = copyOptions(options);
    const isCurrent = isOfCurrentProcess(options);
    const facts = { name: () => this.#name, exitCode: () => this.#exitCode };
    this.#life = new ProcessLife(isCurrent ? "this very process" : "not started", facts);
    if (isCurrent) {
      ({ pid: this.#pid, path: this.#path, name: this.#name, daemon: this.#daemon } = ownIdentity());
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
    if (typeof name !== "string") throw typeError("Cannot set name of process: it is not a string");
    this.#life.refuseInherited("set name of");
    this.#name = name;
  }

  /** Whether the process ends with its parent. Settable before `start()`. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (typeof daemon !== "boolean") throw typeError("Cannot set daemon of process: it is not a boolean");
    this.#life.check("set daemon of", "not started", "set it before start()");
    this.#daemon = daemon;
  }

  /** Process id; null before `start()`. */
  get pid(): number | null {
    this.#life.refuseUnusable("read pid of");
    return this.#pid;
  }

  /** Null while running or not started, else the exit code, −N when signal N killed it. */
  get exitCode(): number | null {
    this.#life.refuseUnusable("read exitCode of");
    return this.#exitCode;
  }

  /** In a fork child, before its fork, what the parent read. */
  get #exitCode(): number | null {
    if (this.#sentinel === null) return null;
    return recordAnswer(`exitCode of ${this.#path.at(-1)}`, () => this.#entry?.exitCode ?? null);
  }

  /** Settles with the exit code when the process has ended; never rejects. */
  get sentinel(): Promise<number> {
    this.#life.refuseUnusable("read sentinel of");
    if (this.#sentinel === null) throw this.#life.refusal("read sentinel of");
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
    this.#life.refuseInherited(`read ${name} of`);
    if (!this.#life.isInherited || this.#options[name] !== "piped") return this.#entry?.child[name] ?? null;
    return unreadableStream(`${name} of process ${this.#name}`);
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
    this.#life.check("start", "not started");
    refuseWhileImporting("start process");
    this.#pid = recordCall("Process.start()", () => this.#launch());
    const { args: _args, kwargs: _kwargs, ...kept } = this.#options; // the child has them, and nobody else needs them
    this.#options = kept;
    this.#life.apply("start");
    runningChildren.add(this, this.#path.at(-1)!, this.#life.isInherited);
    this.#sentinel = recordCall("Process.sentinel", () => this.#ended(), () => this.#life.refusal("await"));
    const { signal } = kept;
    if (signal !== undefined && !this.#life.isInherited) this.#endOnAbort(signal);
    return this;
  }

  #launch(): number {
    const options = this.#options;
    options.signal?.throwIfAborted();
    const isSubclass = this.run !== Process.prototype.run;
    const { target, args = [], kwargs } = options;
    const targetRef = target === undefined ? null : locateTarget(target);
    const child = spawnChild({
      ...options,
      kind: "process",
      name: this.#name,
      path: this.#path,
      daemon: this.#daemon,
      isSubclass,
      functionRef: isSubclass ? locate(this.constructor) : targetRef,
      ...isSubclass && targetRef !== null && { moreFunctions: [targetRef] },
      payload: isSubclass
        ? encode(subclassPayload(subclassFields(this, Process), targetRef, options), "")
        : encode(kwargs === undefined ? args : [...args, kwargs], "args"),
    });
    this.#entry = addChild(child, "process", this.#name, !this.#daemon);
    return child.pid;
  }

  async #ended(): Promise<number> {
    const code = await this.#entry!.ended;
    runningChildren.remove(this);
    return code;
  }

  #endOnAbort(signal: AbortSignal): void {
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
    return recordCall("Process.join()", () => this.#join(options), () => this.#life.refusal("join"));
  }

  async #join(options: Wait | undefined): Promise<number | null> {
    checkWait(options, "join process");
    this.#life.check("join", "started");
    const entry = this.#entry!;
    // Another call may have collected the status: the exit code is known here all the same.
    if (await collectChild(entry, options) !== undefined) await this.#sentinel;
    return entry.exitCode;
  }

  /** Whether the child was started and has not ended. */
  isAlive(): boolean {
    this.#life.refuseUnusable("ask about");
    const { state } = this.#life;
    return state === "started" || state === "this very process";
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
    this.#life.check(act, "started");
    this.#entry?.child.kill(signal);
  }

  /**
   * Releases the object: afterwards only `name` and `daemon` can be read, and `wait()` no longer gives the child.
   * Idempotent.
   *
   * @throws {StateError} the child still runs
   */
  close(): void {
    this.#life.apply("close", "terminate() or join() it first");
    if (this.#entry !== null) discardChild(this.#entry);
    this.#entry = null;
  }

  /** Ends the child if it lives: SIGTERM, after `killGrace` SIGKILL; settles when it is gone and waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#entry === null) return; // not started, closed, or the parent's
    await this.#end();
    await this.#join(undefined);
  }

  async #end(): Promise<void> {
    await this.#entry?.end(this.#options.killGrace ?? KILL_GRACE_MS);
  }
}

refuseSending(Process, "a Process");

/**
 * Children of this process that were started by `Process` and are alive, in the order of their start. Python's `multiprocessing.active_children()`; unlike that it collects no status.
 */
export function activeChildren(): Process[] {
  return runningChildren.list();
}
