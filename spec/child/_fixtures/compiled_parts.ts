/** Functions of another module of a program that is compiled: registered, re-exported by the main module, or neither. */
import { task } from "../../../mod.ts";

/** Registered, and no exports. */
const { cube, halve } = task(import.meta, { cube: (n: number) => n ** 3, halve: (n: number) => n / 2 });

/** What can be used by others although no child could import it. */
export const registered = { cube, halve };

export function double(n: number): number {
  return 2 * n;
}

/** The main module does not export it. */
export function unexported(n: number): number {
  return n;
}

/** Counts where it lives. */
export class Counter {
  #count = 0;

  add(n: number): number {
    return this.#count += n;
  }
}
