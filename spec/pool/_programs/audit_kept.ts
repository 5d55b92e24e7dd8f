/** Keeps the results of tasks and of a map whose arguments were large, and tells whether those were kept as well. */
import process from "node:process";
import { Pool } from "../../../mod.ts";

const SIZE = 8 * 2 ** 20;

export function sizeOf(bytes: Uint8Array): number {
  return bytes.length;
}

if (import.meta.main) {
  await using pool = new Pool(1);
  const kept: unknown[] = [];
  let early = 0;
  for (let n = 0; n < 40; n++) {
    const result = n % 2 === 0
      ? pool.applyAsync(sizeOf, [new Uint8Array(SIZE).fill(n)])
      : pool.mapAsync(sizeOf, [new Uint8Array(SIZE).fill(n)]);
    await result;
    kept.push(result);
    if (n === 9) early = process.memoryUsage().rss;
  }
  const grown = process.memoryUsage().rss - early;
  console.log(kept.length, grown < 15 * SIZE ? "not kept" : `${grown} bytes more`);
}
