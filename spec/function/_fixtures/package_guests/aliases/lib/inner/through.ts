import { further } from "@/further.ts";
import { exact } from "exact";

export function given() {
  return { further, inner: exact };
}
