/** Passes a million items through a bounded queue, and tells by how much two of the three processes have grown. */
import { Process, Queue } from "../../mod.ts";
import { putMillion, sumAndWeigh, weigh } from "../_fixtures/queue_million.ts";

if (import.meta.main) {
  const queue = new Queue<number>(1_000);
  const back = new Queue<{ sum: number; count: number; grown: number }>();
  const producer = new Process({ target: putMillion, args: [queue] }).start();
  new Process({ target: sumAndWeigh, args: [queue, back] }).start();
  const early = await new Promise<number>((resolve) => setTimeout(() => resolve(weigh()), 2_000));
  await producer.join();
  await queue.close();
  const { sum, count, grown } = await back.get();
  console.log(JSON.stringify({ sum, count, owner: weigh() - early, taker: grown }));
}
