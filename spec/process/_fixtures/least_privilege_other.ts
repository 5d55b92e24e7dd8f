/** Functions of a module that is not the main one: one that is registered, and one that is not. */
import { type Queue, task } from "../../../mod.ts";
import { held } from "./least_privilege_held.ts";

export const registered = task(import.meta, function registered(n: number): [number, number[]] {
  return [n * n, held()];
});

export const putRegistered = task(import.meta, async function putRegistered(queue: Queue<unknown>): Promise<void> {
  await queue.put(held());
});

/** Prints, so that it needs nothing but to be found. */
export const sayRegistered = task(import.meta, function sayRegistered(): void {
  console.log(JSON.stringify(held()));
});

export function say(): void {
  console.log(JSON.stringify(held()));
}
