/**
 * The names of @std/async that the spec uses, waiting for a fact, and what is asked of promises and iterables.
 *
 * @module
 */

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Rejects when `promise` has not settled within `ms` milliseconds. */
export async function deadline<T>(promise: PromiseLike<T>, ms: number, what = "it"): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a promise is still pending when what has happened has been taken in. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([promise.then(() => false, () => false), delay(150).then(() => true)]);
}

/** All that comes. */
export async function rest<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Waits until `fact` holds, looking again and again; rejects after `ms` milliseconds. */
export async function until(fact: () => unknown, what: string, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!await fact()) {
    if (Date.now() > end) throw new Error(`${what} did not come true within ${ms} ms`);
    await delay(10);
  }
}
