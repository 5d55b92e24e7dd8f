/** One of two modules with a function of the same name. */
import { told } from "./told.ts";

export function same(): string {
  return told("one");
}
