/** Queues on both sides of a fork. */
import { fork, JoinableQueue, Queue, SimpleQueue, snapshot } from "../../../mod.ts";
import { outcome, reap, tell } from "../../replay/_fixtures/replay_tell.ts";

const queue = new Queue<string>();
const joinable = new JoinableQueue<string>(2);
const simple = new SimpleQueue<string>();
const closed = new Queue<string>();
await queue.put("before");
await joinable.put("before");
void simple.put("before");
await closed.close();
const inside = await snapshot(() => queue.get());
await queue.put("again");
const first = queue.get();
const acts = {
  get: () => first,
  nowait: () => outcome(() => queue.getNowait()),
  qsize: () => queue.qsize(),
  full: () => queue.full(),
  join: () => joinable.join({ timeout: 0 }),
  simple: () => simple.get(),
};
const given: [string, unknown][] = [];
for (const [name, act] of Object.entries(acts)) given.push([name, await outcome(act)]);

if (fork() === 0) {
  tell("child", inside, given);
  tell("put", await outcome(() => closed.put("late")));
  await queue.put("child's");
  if (fork() === 0) {
    await queue.put("grandchild's");
    tell("grandchild", await queue.qsize());
  } else {
    await reap();
    const own = new Queue<string>();
    await own.put("own");
    await queue.put(await own.get());
    await joinable.taskDone();
  }
} else {
  tell("parent", inside, given);
  await joinable.join();
  tell("codes", await reap());
  const items: string[] = [];
  while (!await queue.empty()) items.push(await queue.get());
  tell("items", items, await joinable.qsize(), await simple.empty());
}
