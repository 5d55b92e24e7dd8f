/** Functions that children run with queues; this module does not load the library. */
interface Puts {
  put(item: unknown): Promise<void>;
}

/** Puts a number and returns at once. */
export function putPlainly(queue: Puts): void {
  void queue.put(0);
}

/** Gives back one item that it gets, with the name of the queue's class. */
export async function bounceOne(from: Puts & { get(): Promise<unknown> }, to: Puts): Promise<void> {
  await to.put([await from.get(), from.constructor.name]);
}

/** For a pool: puts the item and gives the queue's class. */
export async function putInto(queue: Puts, item: unknown): Promise<string> {
  await queue.put(item);
  return queue.constructor.name;
}

/** What `holdQueue()` was given. */
let held: Puts | null = null;

/** An initializer. */
export function holdQueue(queue: Puts): void {
  held = queue;
}

/** Puts into the queue of the initializer. */
export async function putHeld(item: unknown): Promise<void> {
  await held!.put(item);
}
