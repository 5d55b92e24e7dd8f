import { one } from "./cycle_one.ts";

export function two(n: number): string {
  return n > 0 ? one(n - 1) : "two";
}

export function cyclic(n: number): string {
  return `cyclic ${one(n)}`;
}
