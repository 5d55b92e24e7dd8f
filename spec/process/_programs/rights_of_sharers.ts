/** A child and a worker that may do nothing, and use a queue. */
import { Pool, Process, Queue } from "../../../mod.ts";

export async function put(queue: Queue<string>, item: string): Promise<void> {
  await queue.put(item);
}

if (import.meta.main) {
  const queue = new Queue<string>();
  await new Process({ target: put, args: [queue, "by a child"], permissions: "none" }).start().join();
  console.log(await queue.get());
  await using pool = new Pool(1, { permissions: "none" });
  await pool.apply(put, [queue, "by a worker"]);
  console.log(await queue.get());
}
