/** Callbacks of every kind fail; the results and the pool do not. */
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { throwTypeError } from "../_fixtures/failing.ts";

if (import.meta.main) {
  await using pool = new Pool(1);
  const fail = (text: string) => () => {
    throw new Error(text);
  };
  const first = await pool.applyAsync(square, [2], { callback: fail("callback threw") });
  await pool.applyAsync(square, [2], { callback: () => Promise.reject(new Error("callback rejected")) });
  const failed = [];
  for (
    const errorCallback of [fail("errorCallback threw"), () => Promise.reject(new Error("errorCallback rejected"))]
  ) {
    try {
      await pool.applyAsync(throwTypeError, [], { errorCallback });
    } catch (error) {
      failed.push(error);
    }
  }
  console.log(first, failed.length === 2 ? "first failed" : "?", await pool.apply(square, [3]));
}
