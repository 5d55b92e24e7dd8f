/**
 * How long things take; all times in milliseconds.
 *
 * @module
 */

/** Time that an act takes. */
export async function timed(act: () => unknown): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

/** Tasks a second: all are submitted, then all are awaited. */
export async function rate(submit: (n: number) => PromiseLike<unknown>, count: number): Promise<number> {
  const time = await timed(async () => {
    const results = Array.from({ length: count }, (_, n) => submit(n));
    for (const result of results) await result;
  });
  return count / time * 1000;
}

/** Time of one call, of many that follow each other. */
export async function latency(call: (n: number) => PromiseLike<unknown>, count: number): Promise<number> {
  const time = await timed(async () => {
    for (let n = 0; n < count; n++) await call(n);
  });
  return time / count;
}

/** Percentiles of times, in milliseconds. */
export interface Percentiles {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Times of so many calls that follow each other, after a tenth as many that do not count. */
export async function percentiles(call: () => PromiseLike<unknown>, count: number): Promise<Percentiles> {
  for (let n = 0; n < count / 10; n++) await call();
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push(await timed(call));
  return percentilesOf(times);
}

/** Percentiles of some times. */
export function percentilesOf(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1)! };
}
