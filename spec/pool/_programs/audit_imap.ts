/** Draws a million items from a generator, and tells what more memory it has at the end than at a tenth of the way. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";

const MANY = 1_000_000;

function* numbers(): Generator<number> {
  for (let n = 0; n < MANY; n++) yield n;
}

if (import.meta.main) {
  await using pool = new Pool(2);
  let count = 0;
  let wrong = 0;
  let early = 0;
  const act = process.argv[2] as "imap" | "imapUnordered";
  for await (const value of pool[act](square, numbers(), { chunksize: 8 })) {
    if (act === "imap" && value !== count * count) wrong++;
    if (++count === MANY / 10) early = process.memoryUsage().rss;
  }
  const grown = process.memoryUsage().rss - early;
  console.log(count, wrong, grown < 96 * 2 ** 20 ? "flat" : `${grown} bytes more`);
}
