/**
 * Station: starts of processes and forks, and of a module of the bare runtime.
 *
 * @module
 */
import { Process } from "../mod.ts";
import { linesOf, startPlain } from "./plain.ts";
import { serve } from "./serve.ts";
import { nothing } from "./tasks.ts";
import { nothingBesideLibrary } from "./tasks_with_library.ts";
import { type Percentiles, percentilesOf, timed } from "./timing.ts";

/** From fork() to the child's first statement after it, and the program's own time to get there. */
async function fork(): Promise<{ reached: number; own: number }> {
  const [child, parent] = await linesOf("./fork_point.ts");
  return { reached: child - parent.before, own: parent.own };
}

/** What is started, and how. */
const STARTS: Record<string, () => unknown> = {
  empty: () => startPlain("./empty.ts").ended,
  process: () => new Process({ target: nothing }).start().join(),
  processBesideLibrary: () => new Process({ target: nothingBesideLibrary }).start().join(),
};

/** Percentiles of so many starts of each, in turns, after a tenth as many that do not count. */
async function starts(count: number): Promise<Record<string, Percentiles>> {
  const times: Record<string, number[]> = {};
  for (let n = -count / 10; n < count; n++) {
    for (const [name, start] of Object.entries(STARTS)) {
      const time = await timed(start);
      if (n >= 0) (times[name] ??= []).push(time);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, percentilesOf(list)]));
}

serve({
  empty: () => timed(STARTS.empty!),
  process: () => timed(STARTS.process!),
  processBesideLibrary: () => timed(STARTS.processBesideLibrary!),
  starts,
  fork,
  forks: async () => (await linesOf("./forks_in_sequence.ts"))[0],
});
