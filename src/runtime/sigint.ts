/**
 * ^C: while this process has workers, the first SIGINT ends them quietly and then
 * this process as it would have; the second finds nobody listening and kills. A
 * program that listens itself keeps the last word. Knows only what can be halted.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";
import { ownIdentity } from "./process_info.ts";

/** What ^C stops. */
export interface Interruptible {
  /** Ends the processes behind it and settles nothing; resolves when they are gone, soon. */
  halt(): Promise<void>;
  /** Ends them and tells everybody who waits: the program goes on. */
  terminate(): void;
}

/** Milliseconds in which a raised SIGINT has ended this process, if it does. */
const SURVIVAL_MS = 300;

const running = new Set<Interruptible>();
/** Stopped by a ^C: what is left of their processes is about to be gone, and the next ^C is not for us. */
const stopped = new WeakSet<Interruptible>();
let ignore: (() => void) | null = null;

/** Says whether something has processes that ^C must end. */
export function interruptible(what: Interruptible, runs: boolean): void {
  if (running.has(what) === runs || stopped.has(what) || isServant()) return; // its owner ends it
  if (runs) running.add(what);
  else running.delete(what);
  if (running.size > 0) ignore ??= thisProcess().interrupts?.listen(() => void interrupted()) ?? null;
  else leaveIt();
}

/** Whether this process is a worker or a manager, which ^C does not concern. */
function isServant(): boolean {
  return ownIdentity().kind === "worker" || ownIdentity().kind === "manager";
}

function leaveIt(): void {
  ignore?.();
  ignore = null;
}

async function interrupted(): Promise<void> {
  const heeds = thisProcess().interrupts!.isHeardByProgram();
  leaveIt();
  const all = [...running];
  for (const each of all) stopped.add(each);
  running.clear();
  if (heeds) return all.forEach((each) => each.terminate());
  await Promise.all(all.map((each) => each.halt()));
  thisProcess().interrupts!.raise();
  // Should this process still be here then, somebody listens of whom the runtime does not tell.
  thisProcess().unrefTimeout(SURVIVAL_MS, () => all.forEach((each) => each.terminate()));
}
