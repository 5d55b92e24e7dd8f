/** A module that makes a queue, in whichever process loads it. */
import { Queue } from "../../../mod.ts";

export const made = new Queue<unknown>();

async function nameOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return "done";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** Tells what use the module's queue is in this process. */
export async function useMade(to: Queue<unknown>): Promise<void> {
  await to.put([
    await nameOf(() => made.put(1)),
    await nameOf(() => made.get()),
    await nameOf(() => made.getNowait()),
    await nameOf(() => made.qsize()),
    await nameOf(() => made.close()),
    await nameOf(() => to.put([made])),
    await nameOf(async () => await new Queue().put(1)), // made here, and not while the module was imported
  ]);
}

/** Puts into the queue that it is given, which is not the one that the module has made here. */
export async function putGiven(queue: Queue<unknown>): Promise<void> {
  await queue.put(queue === made);
}
