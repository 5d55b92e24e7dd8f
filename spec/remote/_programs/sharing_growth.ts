/** Makes and drops many queues; tells by how many MiB it has grown when the path to a fork is long forgotten. */
import process from "node:process";
import { Queue } from "../../../mod.ts";

let early = 0;
for (let n = 0; n < 160_000; n++) {
  const queue = new Queue<Uint8Array>();
  await queue.put(new Uint8Array(500));
  if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  if (n === 110_000) early = process.memoryUsage().rss;
}
console.log((process.memoryUsage().rss - early) / 1024 / 1024);
