/**
 * Notices the death of the parent where the kernel does not tell: the id of the
 * parent changes then, which is looked at again and again.
 *
 * @module
 */

/** Milliseconds between two looks at the parent's id. */
const POLL_MS = 200;

/**
 * Calls back once when `parent` is no longer this process's parent.
 *
 * @param ppid gives the parent's id at present
 * @param unref makes a timer hold no program
 */
export function watchParent(
  parent: number,
  ended: () => void,
  ppid: () => number,
  unref: (timer: ReturnType<typeof setInterval>) => void,
): void {
  const timer = setInterval(() => {
    if (ppid() === parent) return;
    clearInterval(timer);
    ended();
  }, POLL_MS);
  unref(timer);
}

/**
 * A module for a thread that ends its process when the parent dies, also while the program's event loop does not turn.
 *
 * @param ppid source text that gives the parent's id
 * @param kill source text that kills this process
 */
export function guardModule(parent: number, ppid: string, kill: string): string {
  const source = `setInterval(() => { if (${ppid} !== ${parent}) ${kill}; }, ${POLL_MS})`;
  return `data:application/javascript,${encodeURIComponent(source)}`;
}
