/** Functions that need no permission. */
import { task } from "../../../../mod.ts";

export const silent = task(import.meta, function silent(): void {
  console.log("registered");
});

export function imported(): void {
  console.log("imported");
}
