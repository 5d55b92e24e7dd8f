/**
 * A program that forks: prints the milliseconds from its `fork()` to the first
 * statement of the child after it, and its own from its start to the fork.
 *
 * @module
 */
import { fork, wait } from "../mod.ts";

/** Milliseconds since the epoch, in fractions. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

const own = performance.now();
const before = now();
if (fork() === 0) console.log(now());
else {
  await wait();
  console.log(JSON.stringify({ before, own }));
}
