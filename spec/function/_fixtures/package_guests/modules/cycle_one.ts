import { two } from "./cycle_two.ts";

export function one(n: number): string {
  return n > 0 ? two(n - 1) : "one";
}
export { cyclic } from "./cycle_two.ts";
