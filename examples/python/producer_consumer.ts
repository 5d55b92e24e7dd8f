/** One process puts, another takes, one after the other. */
import { Process, Queue } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function produce(queue: Queue<string>): Promise<void> {
  for (const value of ["A", "B", "C"]) {
    console.log(`producing ${value}`);
    await queue.put(value);
    await delay(Math.random() * 50);
  }
}

export async function consume(queue: Queue<string>): Promise<void> {
  while (!await queue.empty()) {
    console.log(`consumed ${await queue.get()}`);
    await delay(Math.random() * 50);
  }
}

if (import.meta.main) {
  const queue = new Queue<string>();
  const producer = new Process({ target: produce, args: [queue] }).start();
  await producer.join();
  const consumer = new Process({ target: consume, args: [queue] }).start();
  await consumer.join();
  console.log("all was produced and consumed");
}
