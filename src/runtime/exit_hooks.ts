/**
 * What this process does before it ends of its own accord, before it tells others
 * that something is done, and when its parent is gone. Knows only the functions
 * that were registered.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";
import { isParentAlive, ownIdentity } from "./process_info.ts";

/** Settles when others see what this process has done; null when they do already. */
type PendingWrites = () => Promise<void> | null;

const exitHooks: (() => Promise<void>)[] = [];
const replyHooks: PendingWrites[] = [];
const parentHooks: (() => void)[] = [];
let isParentGone = false;
let watchesParent = false;

/** Registers what runs before this process ends of its own accord; see {@linkcode runExitHooks}. */
export function onExit(hook: () => Promise<void>): void {
  exitHooks.push(hook);
}

/** Runs what was registered for the end, in that order. A child calls this when its work is done. */
export async function runExitHooks(): Promise<void> {
  for (const hook of exitHooks) await hook();
}

/** Registers what must have happened before this process tells others that something is done. */
export function onBeforeReply(hook: PendingWrites): void {
  replyHooks.push(hook);
}

/** Settles when others see everything that this process has done; null when they do already. */
export function settleWrites(): Promise<void> | null {
  for (const hook of replyHooks) {
    const pending = hook();
    if (pending !== null) return pending.then(() => settleWrites() ?? undefined);
  }
  return null;
}

/** Calls `hook` once when the parent is gone; at once when it is gone already. */
export function onParentGone(hook: () => void): void {
  if (isParentGone || !isParentAlive()) return hook();
  parentHooks.push(hook);
  if (watchesParent) return;
  watchesParent = true;
  thisProcess().watchParent(ownIdentity().parent!.pid, () => {
    isParentGone = true;
    for (const each of parentHooks.splice(0)) each();
  });
}
