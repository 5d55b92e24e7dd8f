/** Tasks of a pool that write into a manager's queue and read from it. */
import { getpid, getppid, Manager, Pool, type Queue } from "../../mod.ts";

export async function write(queue: Queue<string>): Promise<void> {
  console.log(`writer: process ${getpid()}, parent ${getppid()}`);
  for (const letter of "Python") await queue.put(letter);
}

export async function read(queue: Queue<string>): Promise<void> {
  console.log(`reader: process ${getpid()}, parent ${getppid()}`);
  for (let left = await queue.qsize(); left > 0; left--) console.log(`read ${await queue.get()}`);
}

if (import.meta.main) {
  console.log(`main: process ${getpid()}`);
  await using manager = new Manager();
  const queue: Queue<string> = manager.Queue();
  const pool = new Pool(2);
  await pool.apply(write, [queue]);
  await pool.apply(read, [queue]);
  pool.close();
  await pool.join();
  console.log("done");
}
