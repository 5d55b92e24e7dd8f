/** Functions that children run with shared values and arrays. */
import type { Queue, RLock, SharedArray, Value } from "../../../mod.ts";

export async function addOnes(value: Value, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await value.add(1);
}

/** Adds and returns at once. */
export function addAndReturn(value: Value, times: number): void {
  for (let n = 0; n < times; n++) void value.add(1);
}

export async function setTo<T extends number | bigint | boolean>(value: Value<T>, to: T): Promise<void> {
  await value.set(to);
}

/** Gives what a value is, and its class, to a queue. */
export async function tellValue(value: Value, to: Queue<unknown>): Promise<void> {
  await to.put([value.constructor.name, await value.get()]);
}

/** Tells how a number that does not fit is refused. */
export async function misfit(value: Value, array: SharedArray, to: Queue<unknown>): Promise<void> {
  const acts = [() => value.set(2 ** 31), () => value.add(2 ** 31), () => array.set(0, 300), () => array.get(9)];
  for (const act of acts) await to.put(await act().then(() => "done", (error) => error.name));
}

export async function fill(array: SharedArray, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) await array.set(at, at * at);
}

/** Tells of an array that it was given. */
export async function tellArray(array: SharedArray<number | bigint | boolean>, to: Queue<unknown>): Promise<void> {
  await to.put([array.constructor.name, array.length, await array.get(0), await array.slice()]);
}

/** Makes a value, hands it out, and ends when it is set to 1. */
export async function hostValue(to: Queue<Value>): Promise<void> {
  const { Value } = await import("../../../mod.ts");
  const own = new Value("i");
  await to.put(own);
  while (await own.get() !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Compares the lock of a value with one that it was given, and sends the latter back. */
export async function tellLock(value: Value, lock: RLock, to: Queue<unknown>): Promise<void> {
  const own = value.getLock();
  await to.put([own === lock, own.constructor.name, await own.locked()]);
  await to.put([own]);
}

/** Adds 1 in two steps. */
export async function readAndWrite(value: Value, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await using _ = await value.getLock().hold();
    await value.set(await value.get() + 1);
  }
}

/** Uses a value whose lock another holds, and tries to acquire that. */
export async function useLocked(value: Value, to: Queue<unknown>): Promise<void> {
  const before = await value.get();
  await value.set(5);
  await to.put([before, await value.add(2), await value.getLock().acquire({ timeout: 20 })]);
}

/** Holds the lock of a value, says so and waits. */
export async function holdLock(value: Value): Promise<void> {
  await value.getLock().acquire();
  await value.set(1);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

/** Moves ones from the first place to the second. */
export async function move(array: SharedArray, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await using _ = await array.getLock().hold();
    const [first, second] = await array.slice() as [number, number];
    await array.set(0, first - 1);
    await array.set(1, second + 1);
  }
}
