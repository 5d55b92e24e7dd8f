/** Joins a manager that another program has: tells what it can do there. */
import process from "node:process";
import { Manager } from "../../../mod.ts";
import { type Counter, Counters } from "../_fixtures/types.ts";
import { outcome, tell } from "../../replay/_fixtures/replay_tell.ts";

if (import.meta.main) {
  const address = JSON.parse(process.argv[2]!);
  const authkey = new TextEncoder().encode("a key");
  const manager = await new Counters({ address, authkey }).connect();
  const dict = manager.dict<string, unknown>({ a: [1, undefined] });
  const queue = manager.Queue<unknown>(2);
  await dict.set("queue", queue);
  await queue.put(new Date(7));
  tell("dict", await dict.get("a"), await dict.get("queue") === queue, await queue.get());
  const lock = manager.Lock();
  tell("lock", await lock.acquire(), await lock.acquire({ block: false }));
  const large = new Float64Array(1_000_000).fill(3);
  await dict.set("large", large);
  tell("large", (await dict.get("large") as Float64Array)[999_999]);
  const counter = manager.create<Counter>("Counter", 2);
  tell(
    "counter",
    await counter.add(3),
    await counter.pid() !== process.pid,
    await outcome(() => counter.fail("there")),
  );
  const made = await counter.makeQueue();
  await made.put(4);
  tell("made", await made.get());
  const plain = await new Manager({ address, authkey }).connect();
  tell("unregistered", await plain.create("Map", [["x", 1]]).get!("x"), await outcome(() => plain.create("None").a!()));
  tell("wrong key", await outcome(() => new Manager({ address, authkey: new Uint8Array(4) }).connect()));
  tell("shutdown", await outcome(() => manager.shutdown()));
}
