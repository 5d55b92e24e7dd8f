/** Reached only through a module that has all its imports on one line. */
import { told } from "./told.ts";

export function unlisted(): string {
  return told("unlisted");
}
