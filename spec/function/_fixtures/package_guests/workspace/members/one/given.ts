import { owned } from "~own/owned.ts";
import { other } from "@guest/two/other";

export function given() {
  return { owned, other };
}
