/**
 * Station: the work of the pool's tasks in a plain process.
 *
 * @module
 */
import { serve } from "./serve.ts";
import { work } from "./tasks.ts";
import { timed } from "./timing.ts";

/** What the work came to: an engine may leave out what nobody wants to know. */
const done: number[] = [];

serve({
  work: ({ parts, steps }: { parts: number; steps: number }) =>
    timed(() => {
      for (let part = 0; part < parts; part++) done[part] = work(steps);
    }),
});
