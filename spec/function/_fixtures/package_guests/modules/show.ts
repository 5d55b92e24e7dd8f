/** Runs each target in a worker and prints what it gives, or the error, as one line of JSON. */
import { Pool } from "@brood/multiprocessing";

export async function show(targets: Record<string, (n: number) => unknown>): Promise<void> {
  await using pool = new Pool(1);
  const shown: Record<string, unknown> = {};
  for (const [name, target] of Object.entries(targets)) {
    shown[name] = await pool.apply(target, [1]).catch((error) => String(error)) ?? null;
  }
  console.log(JSON.stringify(shown));
}
