/** Tells whether a module was loaded before this program, its child in another directory, that one's child, and a worker. */
import { Pool, Process } from "../../../mod.ts";

export function preloaded(): boolean {
  return (globalThis as { preloaded?: boolean }).preloaded === true;
}

export async function tell(depth: number): Promise<void> {
  console.log(preloaded());
  if (depth > 0) await new Process({ target: tell, args: [depth - 1] }).start().join();
}

if (import.meta.main) {
  console.log(preloaded());
  await new Process({ target: tell, args: [1], cwd: "/" }).start().join();
  await using pool = new Pool(1, { cwd: "/" });
  console.log(await pool.apply(preloaded));
}
