/**
 * SIGINT and SIGTERM on Bun, which tells who listens as Node does.
 *
 * @module
 */
import type { Interrupts } from "../../src/runtime/capabilities.ts";
import { process } from "./globals.ts";

/** What runs before this process ends in an orderly way. */
export const cleanups: (() => number | void)[] = [];
/** The library's own listeners. */
const ours = new Set<() => void>();

export const interrupts: Interrupts = {
  ignore() {
    process.on("SIGINT", () => {});
  },
  ignoreTermination(onListener) {
    process.on("SIGTERM", () => {});
    process.on("newListener", (name) => name === "SIGTERM" && onListener());
  },
  listen(act) {
    process.prependListener("SIGINT", act); // before one of the program's that leaves when it has heard
    ours.add(act);
    return () => {
      process.off("SIGINT", act);
      ours.delete(act);
    };
  },
  isHeardByProgram: () => process.listenerCount("SIGINT") > ours.size,
  raise() {
    for (const clean of cleanups) clean();
    process.kill(process.pid, "SIGINT");
  },
};
