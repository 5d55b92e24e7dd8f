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
