/**
 * Program of a guest that starts a process and needs nothing else.
 *
 * @module
 */
import { Process } from "@brood/multiprocessing";
import { shout } from "#words";

export function greet(name: string): void {
  console.log(shout(`hello ${name}`));
}

if (import.meta.main) console.log(await new Process({ target: greet, args: ["ada"] }).start().join());
