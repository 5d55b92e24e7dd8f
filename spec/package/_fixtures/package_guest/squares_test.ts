/**
 * A test of the guest's that uses a pool.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { inline, Pool } from "@brood/multiprocessing";
import { greet } from "./tasks.ts";

test("a pool greets and counts", async () => {
  await using pool = new Pool(2);
  equal(await pool.apply(greet, ["ada"]), "HELLO ADA!");
  equal(await pool.apply(inline((n: number) => n + 1), [1]), 2);
});
