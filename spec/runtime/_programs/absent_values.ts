/** What pools, processes and shared objects give, each as a line. */
import { Barrier, Condition, Lock, Manager, Pipe, Pool, Process, Queue, SharedArray, Value } from "../../../mod.ts";
import { deliver, double, meet } from "../_fixtures/absent_targets.ts";

function say(what: string, ...values: unknown[]): void {
  console.log(JSON.stringify([what, ...values]));
}

if (import.meta.main) {
  const numbers = Array.from({ length: 1_000 }, (_, n) => n);
  {
    await using pool = new Pool(1);
    const doubled = await pool.map(double, numbers);
    const lazily = [];
    for await (const value of pool.imap(double, numbers.slice(0, 50), { chunksize: 7 })) lazily.push(value);
    const called = await Promise.all(numbers.slice(0, 200).map((n) => pool.apply(double, [n])));
    say("Pool", doubled.at(-1), lazily.length, called.at(-1), await pool.broadcast(double, [4]));
    const { completed, failed, lost, restarts } = pool.stats();
    say("Pool.stats()", completed >= 200, failed, lost, restarts);
  }
  const [queue, lock, value] = [new Queue<unknown>(), new Lock(), new Value("i")];
  const children = [1, 2].map(() => new Process({ target: deliver, args: [queue, lock, value] }).start());
  const got = [await queue.get(), await queue.get()] as [string, Uint8Array][];
  say("Queue", got.map(([word, bytes]) => [word, ...bytes]), await queue.qsize());
  say("Process", ...await Promise.all(children.map((child) => child.join())), await value.get());
  const [barrier, condition] = [new Barrier(2), new Condition(lock)];
  const partner = new Process({ target: meet, args: [barrier, condition, value] }).start();
  await condition.acquire();
  const met = barrier.wait();
  const isNotified = await condition.waitFor(async () => await value.get() === 3);
  await condition.release();
  say("Condition", isNotified, typeof await met, await partner.join());
  const [here, there] = Pipe();
  await here.send({ a: 1 });
  say("Pipe", await there.recv());
  const array = new SharedArray("i", [1, 2, 3]);
  await array.set(1, 5);
  say("SharedArray", await array.slice());
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  await dict.set("a", 1);
  say("Manager", await dict.get("a"), await dict.size());
}
