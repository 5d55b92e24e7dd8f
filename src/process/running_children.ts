/**
 * The children of this process that `Process` started and that run. A child
 * process waits for those that are no daemons before it ends.
 *
 * @module
 */
import { isReplaying, recordAnswer } from "../replay/recorder.ts";
import { onExit } from "../runtime/exit_hooks.ts";

/** What is known of a child here. */
interface RunningChild {
  readonly daemon: boolean;
  readonly sentinel: Promise<number>;
}

export class RunningChildren<C extends RunningChild> {
  /** Each with its number among the children of this process. */
  readonly #running = new Map<C, number>();
  /** In a fork child: those of the parent, running or not, until the fork is reached. */
  readonly #inherited = new Map<C, number>();

  constructor() {
    onExit(async () => {
      // Those that are waited for may start more meanwhile.
      for (const child of this.#running.keys()) if (!child.daemon) await child.sentinel;
    });
  }

  add(child: C, number: number, isInherited: boolean): void {
    (isInherited ? this.#inherited : this.#running).set(child, number);
  }

  remove(child: C): void {
    this.#running.delete(child);
  }

  /** In the order of their start. */
  list(): C[] {
    const numbers = recordAnswer("activeChildren()", () => [...this.#running.values()]);
    const children = isReplaying() ? this.#inherited : this.#running;
    return [...children].flatMap(([child, number]) => numbers.includes(number) ? [child] : []);
  }
}
