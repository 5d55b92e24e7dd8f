/**
 * Targets of the guest: what they import is found by its own import map. They are
 * registered, so that a program that may not read its modules can use them.
 *
 * @module
 */
import { type DictProxy, type Queue, task } from "@brood/multiprocessing";
import { shout } from "#words";

export const greet = task(import.meta, function greet(name: string): string {
  return shout(`hello ${name}`);
});

export const greetInto = task(import.meta, async function greetInto(queue: Queue<string>, names: string[]) {
  for (const name of names) await queue.put(greet(name));
});

export const noteIn = task(import.meta, async function noteIn(dict: DictProxy<string, string>, name: string) {
  await dict.set(name, greet(name));
});
