/** The same with apply(): each call is awaited, so the tasks run one after the other. */
import { getpid, Pool } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function work(task: number): Promise<void> {
  console.log(`task ${task} starts in process ${getpid()}`);
  await delay(10 + Math.random() * 30);
  console.log(`task ${task} ends in process ${getpid()}`);
}

if (import.meta.main) {
  const pool = new Pool(3);
  for (let task = 0; task < 10; task++) await pool.apply(work, [task]);
  console.log("main: all tasks are done");
  pool.close();
  await pool.join();
}
