/** Callbacks of progress that throw and reject; prints what becomes of the maps. */
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

if (import.meta.main) {
  await using pool = new Pool(1);
  let told = 0;
  const throws = () => {
    told++;
    throw new RangeError("thrown aside");
  };
  const rejects = (): void => Promise.reject(new RangeError("rejected aside")) as never;
  console.log(JSON.stringify(await pool.map(square, [1, 2, 3], { chunksize: 1, onProgress: throws })), told);
  const values: number[] = [];
  for await (const value of pool.imap(square, [4, 5], { onProgress: rejects })) values.push(value);
  console.log(JSON.stringify(values));
}
