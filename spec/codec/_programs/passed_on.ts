/** Passes objects that a worker and a manager own on to children that may do nothing else. */
import { Manager, Pool, Process, Queue } from "../../../mod.ts";

export function makeQueue(): Queue<string> {
  return new Queue();
}

export async function put(queue: Queue<string>, item: string): Promise<void> {
  await queue.put(item);
}

if (import.meta.main) {
  await using pool = new Pool(1);
  const others = await pool.apply(makeQueue);
  await others.qsize();
  await using manager = await new Manager().start();
  const managed = manager.Queue<string>();
  await managed.qsize();
  for (const [owner, queue] of [["worker", others], ["manager", managed]] as [string, Queue<string>][]) {
    await new Process({ target: put, args: [queue, owner], permissions: "none" }).start().join();
    console.log(await queue.get({ timeout: 5_000 }));
  }
}
