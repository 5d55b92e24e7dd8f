/**
 * What a program asks about its process: its id, its parent, its processors. A fork
 * child before its fork gets the answers that its parent got.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { StateError } from "../errors.ts";
import { isParentAlive, ownIdentity } from "../runtime/process_info.ts";
import { onParentGone } from "../runtime/exit_hooks.ts";
import { recordAnswer, recordCall } from "../replay/recorder.ts";
import { checkWait, MAX_TIMEOUT_MS, type Wait, waitFor } from "../runtime/deadline.ts";

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

/** Process id of this process, as `os.getpid()`. */
export function getpid(): number {
  return ownIdentity().pid;
}

/** Process id of the parent, as `os.getppid()`; changes when the parent has died. */
export function getppid(): number {
  return recordAnswer("getppid()", () => thisProcess().ppid);
}

/** The parent of this process; null in the first process. */
export function parentProcess(): ProcessInfo | null {
  const { parent } = ownIdentity();
  if (parent === null) return null;
  return {
    ...parent,
    isAlive: () => recordAnswer("parentProcess().isAlive()", isParentAlive),
    join: (options?: Wait) =>
      recordCall(
        "parentProcess().join()",
        () => joinParent(options),
        () =>
          new StateError(
            "Cannot join parent: it is that of the process that forked this one, ask parentProcess() again",
            "the parent's",
          ),
      ),
  };
}

async function joinParent(options: Wait | undefined): Promise<boolean> {
  checkWait(options, "join parent");
  const heartbeat = setInterval(() => {}, MAX_TIMEOUT_MS); // the watch itself does not keep the program alive
  try {
    return await waitFor(new Promise<void>(onParentGone), () => !isParentAlive(), options);
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * How many processors this process can use: affinity, and the quota of its
 * control group where that can be read. `BROOD_CPU_COUNT` overrides it.
 */
export function cpuCount(): number {
  const override = Number(thisProcess().env("BROOD_CPU_COUNT"));
  return Number.isInteger(override) && override > 0 ? override : thisProcess().cpus;
}
