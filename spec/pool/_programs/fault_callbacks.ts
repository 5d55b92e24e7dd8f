/** Every callback of many tasks fails: each is called once, and the pool goes on. */
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { throwNull } from "../_fixtures/failing.ts";

if (import.meta.main) {
  await using pool = new Pool(2);
  const values = new Array(1000).fill(0);
  const errors = new Array(1000).fill(0);
  const failing = (counts: number[], n: number) => () => {
    counts[n]!++;
    if (n % 4 < 2) throw new RangeError("of a callback");
    return Promise.reject(new RangeError("of a callback"));
  };
  const results = Array.from({ length: 1000 }, (_, n) => {
    const callbacks = { callback: failing(values, n), errorCallback: failing(errors, n) };
    return n % 2 === 0 ? pool.applyAsync(square, [n], callbacks) : pool.applyAsync(throwNull, [], callbacks);
  });
  await Promise.allSettled(results);
  const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0);
  const once = values.every((count, n) => count + errors[n] === 1) ? "each once" : "not each once";
  console.log(`${sum(values)} values, ${sum(errors)} errors, ${once}, and then ${await pool.apply(square, [3])}`);
}
