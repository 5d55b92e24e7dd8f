/** Imported by `chain.ts` alone. */
import {
  told, // over several lines
} from "../told.ts";

export function far(): string {
  return told("far");
}
