/** Functions that children run: what wears a worker out, ends it, or stops it. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
import { lines, note } from "../../_support/scratch.ts";
import { block } from "../../_support/waiting.ts";
import { blockForGood } from "../../_support/blocking.ts";

const kept: Uint8Array[] = [];

/** Occupies so many MiB for good. */
export function grow(mebibytes: number): number {
  for (let count = 0; count < mebibytes; count++) kept.push(new Uint8Array(2 ** 20).fill(count));
  return thisProcess().pid;
}

/** Notes its pid and `n` in the file `path` after so many milliseconds. */
export function jotLater(path: string, n: number, ms: number): number {
  block(ms);
  note(path, `${thisProcess().pid} ${n}`);
  return n;
}

/** Notes its pid in the file `path` and dies, until it was run more than `deaths` times: how often it was run. */
export function dieOften(path: string, deaths: number): number {
  note(path, thisProcess().pid);
  const tries = lines(path).length;
  if (tries <= deaths) nodeProcess().kill(thisProcess().pid, "SIGKILL");
  return tries;
}

/** Notes `n` in the file `path`; dies at the item 2 when it is there for the first time. */
export function dieAtTwo([path, n]: [path: string, n: number]): number {
  note(path, n);
  if (n === 2 && lines(path).filter((line) => line === "2").length === 1) {
    nodeProcess().kill(thisProcess().pid, "SIGKILL");
  }
  return n * n;
}

/** Dies when it runs in one of the processes. */
export function dieIn(pids: number[]): number {
  if (pids.includes(thisProcess().pid)) nodeProcess().exit(7);
  return thisProcess().pid;
}

/** Fails in the processes that are named, with their pid as message. */
export function failIn(path: string, pids: number[]): number {
  note(path, thisProcess().pid);
  if (pids.includes(thisProcess().pid)) throw new RangeError(`${thisProcess().pid}`);
  return thisProcess().pid;
}

/** Stops its process, which then does nothing at all. */
export function stopSelf(): never {
  nodeProcess().kill(thisProcess().pid, "SIGSTOP");
  for (;;); // until the stop has come
}

/** Notes its pid in the file `path` and fails. */
export function failNoted(path: string): never {
  note(path, thisProcess().pid);
  throw new RangeError("asked to fail");
}

/** Gives the square, and loops for good at 3. */
export function spinAtThree(n: number): number {
  while (n === 3) block(1_000);
  return n * n;
}

/** Fails at 3. */
export function failAtThree(n: number): number {
  if (n === 3) throw new RangeError("three");
  return n;
}

export function exitBy(signal: NodeJS.Signals): void {
  nodeProcess().kill(thisProcess().pid, signal);
  blockForGood();
}
