/** Two processes that end by themselves: each is held by nothing but its wait on a queue, while it waits. */
import { fork, Queue } from "../../../mod.ts";

const queue = new Queue<string>();
const back = new Queue<string>();

if (fork() === 0) {
  await new Promise((resolve) => setTimeout(resolve, 400));
  await queue.put("from the child");
  console.log("child", await back.get());
} else {
  console.log("parent", await queue.get());
  await new Promise((resolve) => setTimeout(resolve, 400));
  await back.put("from the parent");
}
