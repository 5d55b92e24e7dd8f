/** A target whose module imports the library, as a program in one file does. */
import { getpid } from "../mod.ts";

export function nothingBesideLibrary(): void {
  getpid();
}
