/** Functions that children run: large arrays that live on where they are made. */
import process from "node:process";

const array = new Float64Array(2 ** 18);

/** An array that the next call changes. */
export function numbered(n: number): Float64Array {
  return array.fill(n);
}

/** The same, and the array goes on changing while it is on its way. */
export function restless(n: number): Float64Array {
  queueMicrotask(() => array.fill(-1));
  return array.fill(n);
}

/** The sum of what it is given, and the first and last number. */
export async function looked(given: Float64Array, pause: number): Promise<number[]> {
  await new Promise((resolve) => setTimeout(resolve, pause));
  return [given.reduce((sum, item) => sum + item, 0) / given.length, given[0]!, given.at(-1)!];
}

/** Bytes of this process outside of the engine's heap, those of what it is given included. */
export function externalBytes(_given?: Float64Array): number {
  return process.memoryUsage().external;
}
