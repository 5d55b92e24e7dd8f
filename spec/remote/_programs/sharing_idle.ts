/** Has queues, in use until a moment ago and idle now; ends by itself, and so do its children. */
import { fork, Queue, wait } from "../../../mod.ts";

const queue = new Queue<number>();
const idle = new Queue<number>(1);
await queue.put(1);
await idle.put(1);
void idle.put(2, { timeout: 50 }).catch(() => {});

if (fork() === 0) {
  console.log("child", await queue.get());
  await queue.get({ timeout: 20 }).catch(() => {});
  await idle.qsize();
} else {
  await wait(); // the child needs its queues
  console.log("parent", await queue.qsize());
}
