/** Submits a task and waits for nothing. */
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";

if (import.meta.main) {
  new Pool(1).applyAsync(square, [3], { callback: (value) => console.log("called back with", value) });
}
