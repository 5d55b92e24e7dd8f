/** Functions that children run with queues that came in all sorts of ways. */
import process from "node:process";
import { Process, Queue } from "../../../mod.ts";

export interface Nested {
  list: unknown[];
  map: Map<string, { deep: Queue<unknown> }>;
  set: Set<Queue<unknown>>;
}

/** Puts into all queues that it finds, and tells whether they are one. */
export async function putNested({ list, map, set }: Nested): Promise<void> {
  const [first] = list as [Queue<unknown>];
  const [last] = set;
  const { deep } = map.get("key")!;
  await first.put(["list", first instanceof Queue]);
  await deep.put(["map", deep === first]);
  await last!.put(["set", last === first]);
}

export class Putter extends Process {
  queues: { out: Queue<unknown> };

  constructor(out: Queue<unknown>) {
    super();
    this.queues = { out };
  }

  override async run(): Promise<void> {
    await this.queues.out.put(`from ${this.queues.out.constructor.name} in a field`);
  }
}

/** Takes a queue from a queue, and puts into it. */
export async function answerIn(ways: Queue<{ reply: Queue<unknown>; n: number }>): Promise<void> {
  for await (const { reply, n } of ways) await reply.put(n * n);
}

/** Hands the queue on to children of its own, `depth` times. */
export async function handDown(queue: Queue<unknown>, depth: number): Promise<void> {
  if (depth > 0) {
    const child = new Process({ target: handDown, args: [queue, depth - 1] }).start();
    await child.join();
  }
  await queue.put(depth);
}

/** Makes a queue and gives it away, takes from it `count` items, and puts their sum into `to`. */
export async function hostQueue(ways: Queue<Queue<number>>, to: Queue<number>, count: number): Promise<void> {
  const own = new Queue<number>();
  await ways.put(own);
  let sum = 0;
  for (let n = 0; n < count; n++) sum += await own.get();
  await to.put(sum);
}

export async function putPid(queue: Queue<unknown>): Promise<void> {
  await queue.put(process.pid);
}

/** Takes queues from different messages, and tells which of them are one. */
export async function compare(argument: Queue<unknown>, ways: Queue<unknown>, to: Queue<unknown>): Promise<void> {
  const [one, two] = await ways.get() as [unknown, unknown];
  const three = await ways.get();
  await to.put([one === two, one === three, one === argument, one !== ways]);
}

/** A pool's task: puts, and gives the queue and another one that it has made. */
export async function putAndGive(queue: Queue<unknown>, item: unknown): Promise<[Queue<unknown>, Queue<unknown>]> {
  await queue.put(item);
  const own = new Queue<unknown>();
  await own.put(`made for ${item}`);
  return [queue, own];
}
