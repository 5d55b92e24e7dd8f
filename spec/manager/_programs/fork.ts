/** What a fork child has of a manager, and of its objects, that were made before the fork. */
import { fork, snapshot } from "../../../mod.ts";
import { type Counter, Counters } from "../_fixtures/types.ts";
import { outcome, reap, tell } from "../../replay/_fixtures/replay_tell.ts";

const manager = new Counters();
const dict = manager.dict<string, unknown>();
await dict.set("before", 1);
const counter = manager.create<Counter>("Counter", 5);
const asked = [await outcome(() => dict.get("before")), await snapshot(() => dict.get("before"))];

if (fork() === 0) {
  tell("asked", ...asked);
  tell("child", await dict.get("before"), await counter.add());
  await dict.set("child", 2);
  await dict.set("method", await counter.add(0));
  const acts = {
    start: () => manager.start(),
    dict: () => manager.dict(),
    create: () => manager.create("Counter"),
    shutdown: () => manager.shutdown(),
    serveForever: () => manager.serveForever(),
  };
  for (const [name, act] of Object.entries(acts)) tell("refused", name, await outcome(act));
  await using own = new Counters();
  tell("own", await own.list([1]).get(0));
} else {
  await reap();
  tell("fork", await dict.entries());
  await manager.shutdown();
}
