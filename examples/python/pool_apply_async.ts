/** Ten tasks on a pool of three workers: the calls return at once, the workers are used again and again. */
import { getpid, Pool } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function work(task: number): Promise<void> {
  console.log(`task ${task} starts in process ${getpid()}`);
  await delay(20 + Math.random() * 80);
  console.log(`task ${task} ends in process ${getpid()}`);
}

if (import.meta.main) {
  const pool = new Pool(3);
  for (let task = 0; task < 10; task++) pool.applyAsync(work, [task]);
  console.log("main: all tasks are handed over");
  pool.close();
  await pool.join();
  console.log("main: all tasks are done");
}
