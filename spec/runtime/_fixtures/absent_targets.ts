/** Functions that children run on a runtime that lacks something. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
import type { Barrier, Condition, Lock, Queue, Value } from "../../../mod.ts";
import { blockFor, blockForGood, blockUntil } from "../../_support/blocking.ts";
import { exists, mark, note } from "../../_support/scratch.ts";

/** Longer than anything that is waited for here. */
const BOUND_MS = 20_000;

export function double(n: number): number {
  return 2 * n;
}

export async function deliver(queue: Queue<unknown>, lock: Lock, value: Value<number>): Promise<void> {
  await using _ = await lock.hold();
  await value.add(1);
  await queue.put(["delivered", new Uint8Array([1, 2, 3])]);
}

export async function meet(barrier: Barrier, condition: Condition, value: Value<number>): Promise<void> {
  await barrier.wait();
  await using _ = await condition.hold();
  await value.add(1);
  await condition.notifyAll();
}

/** Keeps its event loop from turning until the file `gate` is there. */
export function loopUntil(begun: string, gate: string): string {
  note(begun, thisProcess().pid);
  if (!blockUntil(() => exists(gate), BOUND_MS)) throw new RangeError("nobody has opened");
  return "looped";
}

export function noteTask(path: string, n: number): number {
  note(path, n);
  return n;
}

/** Puts the numbers from 0 to `count`, says so, and loops. */
export async function putAndLoop(queue: Queue<number>, count: number, ready: string): Promise<void> {
  for (let n = 0; n < count; n++) await queue.put(n);
  mark(ready);
  blockForGood();
}

/** Takes `count` numbers, notes each, and loops. */
export async function takeAndLoop(queue: Queue<number>, count: number, taken: string): Promise<void> {
  for (let n = 0; n < count; n++) note(taken, await queue.get());
  blockForGood();
}

/** Loops until its parent has been gone for a second, notes that, and gives control back. */
export async function surviveParent(ready: string, survived: string): Promise<void> {
  const parent = nodeProcess().ppid;
  mark(ready, String(thisProcess().pid));
  blockUntil(() => nodeProcess().ppid !== parent, BOUND_MS);
  blockFor(1_000);
  mark(survived);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
