import { far } from "/lib/far.ts";
import { late } from "./awaits.ts";

export function given() {
  return { far, late };
}
