/** A child writes 200 MiB to a pipe, of which nothing is read until it waits; then all is. */
import { readFileSync, writeSync } from "node:fs";
import process from "node:process";
import { Process } from "../../../mod.ts";

const MIB = 1024 * 1024;
const COUNT = 200;
/** A write is counted when it returns: the first must not fill the pipe. */
const PART_BYTES = 16_384;

export function flood(): void {
  const bytes = new Uint8Array(MIB);
  for (let count = 0; count < COUNT; count++) {
    bytes.fill(count);
    for (let at = 0; at < MIB;) at += writeSync(1, bytes, at, Math.min(PART_BYTES, MIB - at));
  }
}

/** MiB that this process occupies. */
function memory(): number {
  return process.memoryUsage().rss / MIB;
}

/** Bytes that a process has written to anything. */
function written(pid: number): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))![1]);
}

/** Waits until it has written something, and then nothing more. */
async function waits(pid: number): Promise<void> {
  for (let before = -1, same = 0; same < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = written(pid);
    same = now === before && now > 4096 ? same + 1 : 0;
    before = now;
  }
}

if (import.meta.main) {
  const before = memory();
  const child = new Process({ target: flood, stdout: "piped" }).start();
  await waits(child.pid!);
  const more = memory() - before;
  console.log(more < 50 && child.isAlive() ? "waits" : `it has grown by ${more} MiB`);
  let size = 0;
  let isOrdered = true;
  for await (const chunk of child.stdout!) {
    for (let at = 0; at < chunk.length; at += 512) isOrdered &&= chunk[at] === Math.floor((size + at) / MIB);
    size += chunk.length;
  }
  console.log(`${size / MIB} MiB ${isOrdered ? "in order" : "in disorder"}`);
  console.log(await child.join());
}
