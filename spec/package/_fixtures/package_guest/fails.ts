/** A task that fails, and where its error says that it happened: here, and in the worker. */
import { Pool } from "@brood/multiprocessing";

export function fail() {
  throw new RangeError("as asked");
}

if (import.meta.main) {
  await using pool = new Pool(1);
  try {
    await pool.apply(fail);
  } catch (error) {
    const { stack, cause } = error as Error;
    console.log(JSON.stringify([stack, (cause as Error).stack]));
  }
}
