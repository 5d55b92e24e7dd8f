/**
 * Ends the daemons of this process when its program is over although the process
 * lives on: a program under `--watch` or `--hot` is loaded again in the same
 * process. Wherever the process itself ends, the system or the daemon sees to it.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";

/** Where the next load of this very module in the same process finds the daemons of this one. */
const SHARED = Symbol.for(`@brood/multiprocessing: daemons of ${import.meta.url}`);

const runningDaemons = new Set<Child>();

function killAll(): void {
  for (const child of runningDaemons) child.kill("SIGKILL");
}

/** From now on, until it has ended, the child is killed when the program is over. */
export function endWithProgram(child: Child): void {
  if (runningDaemons.size === 0) watchProgram();
  runningDaemons.add(child);
  void child.exited.then(() => runningDaemons.delete(child));
}

let isWatching = false;

function watchProgram(): void {
  if (isWatching) return;
  isWatching = true;
  // After an uncaught error the program may go on.
  thisProcess().atExit((error) => error === undefined ? killAll() : undefined);
}

const shared = globalThis as { [SHARED]?: () => void };
shared[SHARED]?.();
shared[SHARED] = killAll;
