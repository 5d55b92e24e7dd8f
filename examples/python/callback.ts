/** A task in a worker, and callbacks in the parent when tasks have ended, well or not. */
import { getpid, getppid, Pool } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function backgroundTask(): Promise<string> {
  console.log(`task: process ${getpid()}, parent ${getppid()}`);
  for (let step = 0; step < 3; step++) {
    console.log(`task: step ${step}`);
    await delay(50);
  }
  return "completed";
}

export function doomedTask(): never {
  throw new RangeError("out of luck");
}

if (import.meta.main) {
  const pool = new Pool(3);
  pool.applyAsync(backgroundTask, [], {
    callback: (value) => console.log(`callback: process ${getpid()}, result ${value}`),
  });
  pool.applyAsync(doomedTask, [], {
    errorCallback: (error) => console.log(`errorCallback: process ${getpid()}, ${error.name}: ${error.message}`),
  });
  console.log("main: goes on");
  pool.close();
  await pool.join();
  console.log(`main: process ${getpid()}`);
}
