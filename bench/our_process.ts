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
import { timed } from "./timing.ts";

/** From fork() to the child's first statement after it, and the program's own time to get there. */
async function fork(): Promise<{ reached: number; own: number }> {
  const [child, parent] = await linesOf("./fork_point.ts");
  return { reached: child - parent.before, own: parent.own };
}

serve({
  empty: () => timed(() => startPlain("./empty.ts").ended),
  process: () => timed(() => new Process({ target: nothing }).start().join()),
  processBesideLibrary: () => timed(() => new Process({ target: nothingBesideLibrary }).start().join()),
  fork,
  forks: async () => (await linesOf("./forks_in_sequence.ts"))[0],
});
