/** Tells what the machine gives. */
import { cpuCount } from "../../../mod.ts";

export function count(): void {
  console.log(cpuCount());
}
