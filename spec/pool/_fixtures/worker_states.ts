import type { Pool } from "../../../mod.ts";
import { until } from "../../_support/async.ts";

export function states(pool: Pool): string[] {
  return pool.stats().workers.map(({ state }) => state);
}

/** Waits until a pool has so many workers and all are idle. */
export async function idle(pool: Pool, size: number): Promise<void> {
  await until(() => states(pool).join() === Array(size).fill("idle").join(), "all workers are idle");
}
