/**
 * Binds a child to its parent with `setpriv` of util-linux: it asks the kernel to
 * kill the child when the parent dies, and keeps the process id.
 *
 * @module
 */

/** What stands before the command of a bound child. */
export const BIND: readonly string[] = ["setpriv", "--pdeathsig", "KILL"];

/**
 * Whether children can be bound; asked once.
 *
 * @param isLinux whether the system has such a call
 * @param run runs a command without output, and gives whether it exited with 0
 */
export function bindProbe(isLinux: () => boolean, run: (command: readonly string[]) => boolean): () => boolean {
  let answer: boolean | undefined;
  return () => {
    if (answer !== undefined) return answer;
    if (!isLinux()) return answer = false;
    try {
      return answer = run([...BIND, "true"]);
    } catch {
      return answer = false; // there is no such program, or it may not be run
    }
  };
}
