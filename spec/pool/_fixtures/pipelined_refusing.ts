/** A registered function of a module that refuses to be imported by children. */
import { parentProcess, task } from "../../../mod.ts";

if (parentProcess() !== null) throw new TypeError("not for children");

export const fourth = task(import.meta, function fourth(n: number): number {
  return n ** 4;
});
