/**
 * SIGINT and SIGTERM on Deno, which does not tell who listens: so it is counted here, from
 * when the library is loaded.
 *
 * @module
 */
import type { Interrupts } from "../../src/runtime/capabilities.ts";

/** What runs before this process ends in an orderly way. */
export const cleanups: (() => number | void)[] = [];
let listeners: Set<() => void> | null = null;

/** Counts the program's own listeners from now on. */
export function countListeners(): void {
  if (listeners !== null) return;
  const counted = listeners = new Set<() => void>();
  const { addSignalListener, removeSignalListener } = Deno;
  Deno.addSignalListener = (signal, handler) => {
    addSignalListener(signal, handler);
    if (signal === "SIGINT") counted.add(handler);
  };
  Deno.removeSignalListener = (signal, handler) => {
    removeSignalListener(signal, handler);
    // One that leaves when it has heard did listen, for those who are told after it.
    if (signal === "SIGINT") queueMicrotask(() => counted.delete(handler));
  };
}

export const interrupts: Interrupts = {
  ignore() {
    Deno.addSignalListener("SIGINT", () => {});
  },
  ignoreTermination(onListener) {
    const { addSignalListener } = Deno;
    addSignalListener("SIGTERM", () => {});
    // What listens through Node's interface comes here as well.
    Deno.addSignalListener = (signal, handler) => {
      addSignalListener(signal, handler);
      if (signal === "SIGTERM") onListener();
    };
  },
  listen(act) {
    Deno.addSignalListener("SIGINT", act);
    listeners?.delete(act);
    return () => Deno.removeSignalListener("SIGINT", act);
  },
  isHeardByProgram() {
    // deno-lint-ignore no-explicit-any
    const { process } = globalThis as any; // what listens through Node's interface is counted there
    return (listeners?.size ?? 0) > 0 || process.listenerCount("SIGINT") > 0;
  },
  raise() {
    for (const clean of cleanups) clean();
    Deno.kill(Deno.pid, "SIGINT");
  },
};
