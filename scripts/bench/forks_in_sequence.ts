/**
 * A program that forks a thousand times, one after the other, and waits for each
 * child: prints its memory and open descriptors early and at the end, and how long
 * the first and the last hundred took.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { fork, getpid, processTable, wait } from "../../mod.ts";

const FORKS = 1000;
const HUNDRED = 100;

/** Of this process, as the kernel counts them: bytes in memory, and descriptors. */
function held(): { resident: number; descriptors: number; children: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  return {
    resident: Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1024,
    descriptors: readdirSync("/proc/self/fd").length,
    children: processTable().length,
  };
}

const parent = getpid();
const times: number[] = [];
let early: ReturnType<typeof held> | undefined;
for (let count = 0; count < FORKS; count++) {
  const begin = performance.now();
  if (fork() === 0) break;
  await wait();
  times.push(performance.now() - begin);
  if (count === HUNDRED) early = held();
}
if (getpid() === parent) {
  const mean = (list: number[]) => list.reduce((sum, time) => sum + time, 0) / list.length;
  console.log(JSON.stringify({
    early,
    late: held(),
    first: mean(times.slice(0, HUNDRED)),
    last: mean(times.slice(-HUNDRED)),
  }));
}
