/** A child and a worker that may do nothing, and use a queue; with an argument their parent is a child as well. */
import process from "node:process";
import { Pool, Process, Queue } from "../../../mod.ts";

export async function put(queue: Queue<string>, item: string): Promise<void> {
  await queue.put(item);
}

export async function share(): Promise<void> {
  const queue = new Queue<string>();
  await new Process({ target: put, args: [queue, "by a child"], permissions: "none" }).start().join();
  console.log(await queue.get());
  await using pool = new Pool(1, { permissions: "none" });
  await pool.apply(put, [queue, "by a worker"]);
  console.log(await queue.get());
}

if (import.meta.main) {
  if (process.argv.length > 2) await new Process({ target: share }).start().join();
  else await share();
}
