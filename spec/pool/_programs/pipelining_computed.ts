/** Functions of modules that are imported, by computed names, when the workers run already. */
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

async function fixture(name: string): Promise<Record<string, (n: number) => number>> {
  return await import(new URL(`../_fixtures/${name}.ts`, import.meta.url).href);
}

if (import.meta.main) {
  await using pool = new Pool(2);
  console.log(...await pool.broadcast(square, [2]));
  const { cube } = await fixture("pipelined_cube");
  console.log(...await Promise.all([2, 3].map((n) => pool.apply(cube!, [n]))));
  console.log(...await pool.broadcast(cube!, [4]));
  await using single = new Pool(1);
  console.log(await single.apply(square, [5]));
  const { fourth } = await fixture("pipelined_refusing");
  console.log(String(await single.apply(fourth!, [3]).catch((error) => error)));
  console.log(await single.apply(square, [6]), single.stats().restarts <= 1);
}
