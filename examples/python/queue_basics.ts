/** A queue with room for three messages: full, not in time, not at once, and read to its end. */
import { Full, Queue } from "../../mod.ts";

const queue = new Queue<string>(3);
await queue.put("message 1");
await queue.put("message 2");
console.log(`full: ${await queue.full()}`);
await queue.put("message 3");
console.log(`full: ${await queue.full()}`);

try {
  await queue.put("message 4", { timeout: 100 });
} catch (error) {
  if (!(error instanceof Full)) throw error;
  console.log(`not in time: it holds ${await queue.qsize()}`);
}

try {
  await queue.putNowait("message 4");
} catch (error) {
  if (!(error instanceof Full)) throw error;
  console.log(`not at once: it holds ${await queue.qsize()}`);
}

for (let left = await queue.qsize(); left > 0; left--) console.log(await queue.getNowait());
console.log(`empty: ${await queue.empty()}`);
