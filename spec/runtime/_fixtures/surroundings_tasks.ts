/** Tasks that wait, keep, and tell where they run. */
import process from "node:process";
import { currentProcess, type Event } from "../../../mod.ts";

/** Waits for the event. */
export function awaitEvent(told: Event): Promise<boolean> {
  return told.wait();
}

const kept: WeakRef<object>[] = [];

/** Keeps weakly what it was given and what it gives. */
export function keepWeakly(given: Uint8Array): Uint8Array {
  const result = new Uint8Array(given.length);
  kept.push(new WeakRef(given), new WeakRef(result));
  return result;
}

/** How many of them are still there when much memory was used. What is looked at stays until the end of that turn. */
export async function countKept(): Promise<number> {
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  let count = kept.length;
  const grown: unknown[] = []; // what lives for a while makes the engine look at all that has
  for (let round = 0; round < 200 && count > 0; round++) {
    await turn();
    grown[round % 10] = Array.from({ length: 100_000 }, (_, n) => ({ n }));
    await turn();
    count = kept.filter((ref) => ref.deref() !== undefined).length;
  }
  return count;
}

/** Directory, variable and name of a worker, and whether something was loaded before it. */
export function tellWorker(variable: string): unknown[] {
  const { preloaded = false } = globalThis as { preloaded?: boolean };
  return [process.cwd(), process.env[variable] ?? null, currentProcess().name, preloaded];
}

export function square(n: number): number {
  return n * n;
}
