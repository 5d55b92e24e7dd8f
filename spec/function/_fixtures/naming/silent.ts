/** A registered function that needs no permission. */
import { task } from "../../../../mod.ts";

export const silent = task(import.meta, function silent(): void {
  console.log("registered");
});
