/** A module that awaits at its top level. */
import { told } from "./told.ts";

await new Promise((resolve) => setTimeout(resolve, 1));

export function afterwards(): string {
  return told("afterwards");
}
