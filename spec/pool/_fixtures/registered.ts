/** A function that is registered, and found without reading sources. */
import { task } from "../../../mod.ts";

export const triple = task(import.meta, function triple(n: number): number {
  return 3 * n;
});
