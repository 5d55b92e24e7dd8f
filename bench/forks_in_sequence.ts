/**
 * A program that forks a thousand times, or as often as the time allows, one after the other, and waits for each
 * child: prints what it holds early and at the end, and how long the first and the last hundred took.
 *
 * @module
 */
import { fork, getpid, wait } from "../mod.ts";
import { held } from "./held.ts";

const FORKS = 1000;
const HUNDRED = 100;
/** Milliseconds. A child is far below when it comes to its fork. */
const LIMIT = 40_000;

const parent = getpid();
const times: number[] = [];
let early: ReturnType<typeof held> | undefined;
for (let count = 0; count < FORKS && performance.now() < LIMIT; count++) {
  const begin = performance.now();
  if (fork() === 0) break;
  await wait();
  times.push(performance.now() - begin);
  if (count === HUNDRED) early = held();
}
if (getpid() === parent) {
  const mean = (list: number[]) => list.reduce((sum, time) => sum + time, 0) / list.length;
  console.log(JSON.stringify({
    forks: times.length,
    early,
    late: held(),
    first: mean(times.slice(0, HUNDRED)),
    last: mean(times.slice(-HUNDRED)),
  }));
}
