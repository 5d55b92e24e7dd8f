/** A function that children run: it fails with an error of the library. */
import { TimeoutError } from "../../../mod.ts";

export function throwTimeout(): never {
  throw new TimeoutError("out of time", 12);
}
