/** A pool whose task leaves a rejection that nobody handles; prints what becomes of the task. */
import { Pool, type WorkerLostError } from "../../../mod.ts";

export async function rejectAside(): Promise<void> {
  Promise.reject(new RangeError("left aside"));
  await new Promise((resolve) => setTimeout(resolve, 20_000));
}

if (import.meta.main) {
  await using pool = new Pool(1);
  await pool.apply(rejectAside).catch((error: WorkerLostError) => {
    console.log(error.name, error.exitCode, error.signal);
  });
}
