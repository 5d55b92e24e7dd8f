/** What passes through queues, locks and a manager of a program that cannot write files; tells of each what came. */
import { Lock, Manager, Process, Queue } from "../../../mod.ts";

const COUNT = 300;

export async function putAll(queue: Queue<number>): Promise<void> {
  for (let n = 0; n < COUNT; n++) await queue.put(n).catch(() => queue.put(n)); // what is refused has not been put
}

export async function sum(queue: Queue<number>, to: Queue<number>): Promise<void> {
  let sum = 0;
  for await (const n of queue) sum += n;
  await to.put(sum);
}

export async function takeTurns(lock: Lock): Promise<void> {
  for (let n = 0; n < 20; n++) {
    await using _ = await lock.hold();
  }
}

async function fromChild(): Promise<unknown> {
  const queue = new Queue<number>();
  const code = await new Process({ target: putAll, args: [queue] }).start().join();
  const got: number[] = [];
  while (!await queue.empty()) got.push(await queue.get());
  return [code, got.length, got.every((n, at) => n === at)];
}

async function toChild(): Promise<unknown> {
  const [queue, to] = [new Queue<number>(), new Queue<number>()];
  const child = new Process({ target: sum, args: [queue, to] }).start();
  await putAll(queue);
  await queue.close();
  return [await to.get(), await child.join()];
}

async function locked(): Promise<unknown> {
  const lock = new Lock();
  const children = [1, 2].map(() => new Process({ target: takeTurns, args: [lock] }).start());
  return await Promise.all(children.map((child) => child.join()));
}

async function managed(): Promise<unknown> {
  await using manager = new Manager();
  const queue = manager.Queue<number>();
  const code = await new Process({ target: putAll, args: [queue as Queue<number>] }).start().join();
  return [code, await queue.qsize()];
}

if (import.meta.main) {
  for (const step of [fromChild, toChild, locked, managed]) console.log(step.name, JSON.stringify(await step()));
}
