/** A registered function of a module that programs import by a name which they compute. */
import { task } from "../../../mod.ts";

export const cube = task(import.meta, function cube(n: number): number {
  return n ** 3;
});
