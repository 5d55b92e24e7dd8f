/** Passes a million items through a bounded queue, and tells by how much two of the three processes have grown. */
import { Process, Queue } from "../../../mod.ts";
import { putMillion, sumAndWeigh, type Told, weigh } from "../_fixtures/million.ts";

if (import.meta.main) {
  const queue = new Queue<number>(1_000);
  const back = new Queue<Told>();
  const producer = new Process({ target: putMillion, args: [queue] }).start();
  new Process({ target: sumAndWeigh, args: [queue, back] }).start();
  await back.get();
  const early = weigh();
  await producer.join();
  await queue.close();
  const { sum, count, grown } = await back.get() as Exclude<Told, string>;
  console.log(JSON.stringify({ sum, count, owner: weigh() - early, taker: grown }));
}
