/**
 * Program of a guest: all that starts processes, as one finds it in a package.
 * Prints what its fork child says, and then what came of it all as JSON.
 *
 * @module
 */
import { fork, inline, Manager, Pool, Process, Queue, snapshot, wait } from "@brood/multiprocessing";
import { greet, greetInto, noteIn } from "./tasks.ts";

const token = snapshot(() => crypto.randomUUID());

export function square(n: number): number {
  return n * n;
}

async function parent(): Promise<Record<string, unknown>> {
  const forked = await wait();
  const queue = new Queue<string>();
  const child = new Process({ target: greetInto, args: [queue, ["ada", "grace"]] }).start();
  const queued = [await queue.get(), await queue.get()];
  const code = await child.join();

  await using pool = new Pool(2);
  const greetings = await pool.map(greet, ["ada", "grace"]);
  const squares = await pool.map(square, [1, 2, 3]);
  const cubes = await pool.map(inline((n: number) => n ** 3), [1, 2, 3]);

  await using manager = new Manager();
  const dict = manager.dict<string, string>();
  await new Process({ target: noteIn, args: [dict, "ada"] }).start().join();
  return { token, forked: forked[1], queued, code, greetings, squares, cubes, noted: await dict.get("ada") };
}

if (import.meta.main) {
  if (fork() === 0) console.log(`child ${token}`);
  else console.log(JSON.stringify(await parent()));
}
