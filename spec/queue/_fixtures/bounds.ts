/** What bounded waits on a queue come to, for the process of the queue and for another one. */
import type { Queue } from "../../../mod.ts";

/** Name and message of what `act` rejects with, or its value. */
export async function outcome(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act() ?? null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
}

/** Waits on an empty queue and on a full one that do not wait. */
export async function unwaited(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const given: unknown[] = [];
  for (const wait of [{ timeout: 0 }, { timeout: -5 }, { block: false }, { block: false, timeout: 60_000 }]) {
    given.push(await outcome(() => empty.get(wait)), await outcome(() => full.put("late", wait)));
  }
  given.push(await outcome(() => empty.getNowait()), await outcome(() => full.putNowait("late")));
  return given;
}

/** Waits of some milliseconds. */
export async function timedOut(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const began = performance.now();
  const given = [
    await outcome(() => empty.get({ timeout: 50 })),
    await outcome(() => full.put("late", { timeout: 50 })),
  ];
  return [...given, performance.now() - began >= 95];
}

/** Waits that were aborted before. */
export async function aborted(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const signal = AbortSignal.abort("no more");
  return [
    await outcome(() => empty.get({ signal })),
    await outcome(() => full.put("late", { signal })),
    await outcome(() => full.get({ signal })),
    await outcome(() => empty.put("late", { signal })),
  ];
}

/** Waits that are aborted meanwhile. */
export async function abortedMeanwhile(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const control = new AbortController();
  const { signal } = control;
  const waits = [outcome(() => empty.get({ signal })), outcome(() => full.put("late", { signal, timeout: 60_000 }))];
  await full.qsize(); // asked after them
  control.abort("no more");
  return await Promise.all(waits);
}

/** Waits that are aborted when they are over. */
export async function abortedAfter(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const control = new AbortController();
  const { signal } = control;
  const given = [await outcome(() => empty.put("item", { signal })), await outcome(() => full.get({ signal }))];
  control.abort("no more");
  given.push(await outcome(() => empty.get()), await outcome(() => full.put("first")));
  return given;
}

/** Waits with timeouts that are none. */
export async function unlimited(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const waits = [
    outcome(() => empty.get({ timeout: Infinity })),
    outcome(() => empty.get({ timeout: 2 ** 40 })),
    outcome(() => full.put("more", { timeout: Infinity })),
    outcome(() => full.put("still more", { timeout: 2 ** 40 })),
  ];
  await new Promise((resolve) => setTimeout(resolve, 30));
  await empty.put(1);
  await empty.put(2);
  const taken = [await full.get(), await full.get()];
  const given = await Promise.all(waits);
  taken.push(await full.get());
  await full.put("first");
  return [...given, ...taken];
}

/** Options of a wrong kind. */
export async function misused(empty: Queue<unknown>, full: Queue<unknown>): Promise<unknown[]> {
  const wrong = [{ timeout: "1" }, { timeout: NaN }, { signal: {} }, { block: 1 }, 5, null] as never[];
  const given: unknown[] = [];
  for (const options of wrong) {
    for (const act of [() => empty.get(options), () => full.put("late", options)]) {
      given.push(String(await outcome(act)).split(":")[0]);
    }
  }
  return given;
}

/** Gives what another process makes of two queues to a third one. */
export async function tellOutcome(
  name: keyof typeof ways,
  empty: Queue<unknown>,
  full: Queue<unknown>,
  to: Queue<unknown>,
): Promise<void> {
  await to.put(await ways[name](empty, full));
}

const ways = { unwaited, timedOut, aborted, abortedMeanwhile, abortedAfter, unlimited, misused };
export { ways };
