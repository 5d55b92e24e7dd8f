import { Pool } from "../mod.ts";
import { square } from "./_fixtures/arithmetic.ts";
import { assertEquals } from "./port/assert.ts";
import { noLeaks, test } from "./port/testing.ts";

test("Pool.map() resolves to the values in the order of the items", async () => {
  await using pool = new Pool(2);
  assertEquals(await pool.map(square, [1, 2, 3]), [1, 4, 9]);
});

noLeaks();
