/**
 * Counts the words of all text files below a folder: once with a pool of processes, once in this process alone, and
 * says whether both found the same.
 *
 *     files ─► batches ─► Pool.imapUnordered(countBatch) ─► merge ─► report
 *
 * @module
 */
import process from "node:process";
import { cpuCount, Pool } from "../../mod.ts";
import { countBatch } from "./count.ts";
import { batchesOf, listFiles, type Listing } from "./files.ts";
import { digestOf, Tally } from "./tally.ts";
import { Progress } from "./progress.ts";
import { printReport } from "./report.ts";

/** Batches that may be under way for each worker: enough to keep it busy, few enough to need little memory. */
const AHEAD = 4;

async function countTogether({ files, bytes }: Listing, workers: number): Promise<Tally> {
  const progress = new Progress(`${workers} workers`, bytes);
  const tally = new Tally();
  await using pool = new Pool(workers);
  for await (const count of pool.imapUnordered(countBatch, batchesOf(files), { buffer: AHEAD * workers })) {
    tally.add(count);
    progress.moveTo(tally.bytes);
  }
  progress.stop();
  return tally;
}

function countAlone({ files, bytes }: Listing): Tally {
  const progress = new Progress("one process", bytes);
  const tally = new Tally();
  for (const batch of batchesOf(files)) {
    tally.add(countBatch(batch));
    progress.moveTo(tally.bytes);
  }
  progress.stop();
  return tally;
}

async function timed(work: () => Tally | Promise<Tally>): Promise<{ tally: Tally; seconds: number }> {
  const start = performance.now();
  return { tally: await work(), seconds: (performance.now() - start) / 1000 };
}

if (import.meta.main) {
  const [folder = "."] = process.argv.slice(2);
  let listing: Listing;
  try {
    listing = listFiles(folder);
  } catch (error) {
    console.error(`Cannot count words: ${(error as Error).message}, name a folder that can be read`);
    process.exit(1);
  }
  // The pool goes first: if anything has to come from the disk, it pays for that.
  const together = await timed(() => countTogether(listing, Math.max(2, cpuCount())));
  const alone = await timed(() => countAlone(listing));
  printReport(listing, together, alone);
  const digests = [await digestOf(together.tally, listing), await digestOf(alone.tally, listing)];
  console.log(`result      ${digests[0]}`);
  if (digests[0] !== digests[1]) {
    console.error(`Cannot trust the result: one process alone counted ${digests[1]}`);
    process.exit(1);
  }
  console.log("            equal to that of one process");
}
