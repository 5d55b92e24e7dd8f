/**
 * `fork()`: returns twice, in this process and in a new one that has replayed this
 * one up to the call. The parent's side; the child's is `replay/fork_child.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Permissions } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import { keptBoot } from "./boot_message.ts";
import { BootstrapError, UnsupportedError } from "../errors.ts";
import { childCount, forkLineage, ownIdentity } from "../runtime/process_info.ts";
import { refuseWhileImporting } from "./main_guard.ts";
import { spawnFork } from "./spawn.ts";
import { takeRecording } from "../replay/recorder.ts";
import type { ForkAncestry } from "../replay/recording.ts";
import { checkSetting } from "./process_options.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { addChild } from "./process_table.ts";

/** Options of {@linkcode fork}. */
export interface ForkOptions {
  /** What the child may do, on Deno: `"inherit"` (default) for what this process holds whole, or a set. */
  permissions?: Permissions;
  /** Arguments for the runtime itself, beside those of this process. */
  runtimeArgs?: string[];
}

const FORK_OPTIONS: OptionNames<ForkOptions> = { permissions: true, runtimeArgs: true };

/**
 * Makes a child process that goes on from here, as `os.fork()`.
 *
 * The child is a new process that runs the program again from its start: what
 * the library gave it before the fork it gives the child too, what it wrote is
 * not written again, and at this call it gets 0. **Code before `fork()` runs
 * again in the child**: what has effects other than output, or would not come
 * out the same, belongs inside {@linkcode snapshot}. Arguments, environment and
 * directory are those with which this process started.
 *
 * - Reads that end in any order (`Promise.all`) may swap forks on one line, unnoticed: put them inside `snapshot()`.
 * - The library's waits are over at once in the child, timers are not: do not fork in a timer beside a flow that waits.
 * - Polling with pauses takes its time again in the child, and `process.kill()` before a fork is sent again.
 *
 * The child exists on return, also when this process goes into a loop or exits
 * next. It ends when its event loop runs dry, does not keep this process alive,
 * and lives on when this process ends.
 *
 * @returns the child's process id; in the child 0
 * @throws {ForkError} in a pool's task, in `snapshot()`, or when this process has made too many calls to be replayed
 * @throws {BootstrapError} the program cannot be run again (eval, standard input, a thread, a test runner), or the main
 * guard is missing
 * @throws {SpawnError} the runtime could not start the child
 *
 * @example Two processes
 * ```ts
 * import { fork, wait } from "@brood/multiprocessing";
 *
 * const pid = fork();
 * if (pid === 0) {
 *   console.log("child"); // child
 * } else {
 *   const [ended] = await wait();
 *   console.log(ended === pid); // true
 * }
 * ```
 */
export function fork(options: ForkOptions = {}): number {
  checkOptions(options, FORK_OPTIONS, "fork", "permissions");
  checkSetting(options, (option, kind) => typeError(`Cannot fork: ${option} is not ${kind}`));
  const { packaging } = thisProcess();
  if (packaging !== "modules") {
    throw new UnsupportedError(
      `Cannot fork: this program is ${packaging}, and the library cannot run before its modules to replay them, start a Process`,
      "fork()",
    );
  }
  if (thisProcess().muting === undefined) {
    throw new UnsupportedError(
      "Cannot fork: this runtime cannot silence a child that runs the program again, start a Process",
      "fork()",
    );
  }
  refuseWhileImporting("fork");
  return takeRecording((recording) => start(recording, options));
}

/** Why a process of such a host cannot be run again. */
const HOST_REFUSALS = {
  "thread": "this is a thread of its program, and a child begins in the first, fork there or in a Process",
  "test runner": "a test runner runs this file, and a child would be without it, fork in a program that the test runs",
};

function start(recording: string, options: ForkOptions): number {
  const own = ownIdentity();
  const { host } = thisProcess();
  if (host !== "program") throw new BootstrapError(`Cannot fork: ${HOST_REFUSALS[host]}`);
  const boot = keptBoot();
  if (boot === null && thisProcess().main === null) {
    throw new BootstrapError(
      "Cannot fork: the program comes from eval, standard input or a prompt and cannot be run again, put it in a file and run that",
    );
  }
  const child = { ...own, pid: 0, parent: { pid: own.pid, name: own.name } };
  const ancestry: ForkAncestry = {
    lineage: [...forkLineage(), child],
    childCount: childCount(),
    elapsedMs: Math.round(performance.now()),
    startedAt: Date.now(),
  };
  const fork = `{"ancestry":${JSON.stringify(ancestry)},"recording":${recording}}`;
  const entry = addChild(spawnFork(boot, fork, options), "fork", own.name);
  return entry.pid;
}
