/** What a manager has, between two processes: the manager is the one's, and the other gets the proxies. */
import type { DictProxy, ListProxy, Lock, Queue, SetProxy } from "../../../mod.ts";
import { type Counter, Counters } from "../../manager/_fixtures/types.ts";
import { type AnyWay, outcome, way } from "./mixed_runtimes_way.ts";

/** Both sides of one thing that a manager has. */
function managed<T>(
  make: (manager: Counters) => T,
  own: (thing: T) => Promise<unknown>,
  use: (thing: T) => Promise<unknown>,
): AnyWay {
  return way<{ manager: Counters; thing: T }>({
    make() {
      const manager = new Counters();
      return { manager, thing: make(manager) };
    },
    give: ({ thing }) => thing,
    async own({ thing }, talk) {
      await talk.hear();
      return await own(thing);
    },
    async use(given, talk) {
      const found = await use(given as T);
      await talk.say();
      return found;
    },
    end: ({ manager }) => manager.shutdown(),
  });
}

const large = () => new Float64Array(131_072).fill(-0);

export const MANAGED_WAYS: Record<string, AnyWay> = {
  dict: managed(
    (manager) => manager.dict<unknown, unknown>([["a", [1, undefined]], ["big", 2n ** 70n]]),
    async (dict) => {
      const floats = await dict.get("floats") as Float64Array;
      return [
        await dict.get(-0),
        [floats.length, Object.is(floats[9], -0)],
        (await dict.get("date") as Date).getTime(),
        (await dict.get("error") as Error).cause instanceof RangeError,
        await dict.get("\ud83d"),
      ];
    },
    async (dict: DictProxy<unknown, unknown>) => {
      const found = [await dict.get("a"), await dict.get("big") === 2n ** 70n];
      await dict.set(0, "zero");
      await dict.set("floats", large());
      await dict.update([["date", new Date(7)], ["error", new Error("m", { cause: new RangeError("c") })]]);
      await dict.set("\ud83d", "\udc00");
      return [...found, await dict.size(), await dict.pop("a"), await outcome(() => dict.pop("none"))];
    },
  ),
  list: managed(
    (manager) => manager.list<unknown>([1, new Date(3)]),
    async (list) => [await list.length(), await list.get(-1)],
    async (list: ListProxy<unknown>) => {
      const date = await list.get(1) as Date;
      return [date.getTime(), await list.push(new Map([[1, "\ud800"]]), "last"), await list.includes("last")];
    },
  ),
  set: managed(
    (manager) => manager.set<unknown>([1, "a"]),
    async (set) => [await set.size(), await set.has(5n)],
    async (set: SetProxy<unknown>) => {
      await set.add(5n);
      await set.add(1);
      return [await set.delete("a"), [...await set.union([7])].map(String).sort()];
    },
  ),
  Namespace: managed(
    (manager) => manager.Namespace<Record<string, unknown>>({ name: "Ada" }),
    async (space) => [await space.get("when"), await space.get("name")],
    async (space) => {
      await space.set("when", -0);
      const found = await space.get("name");
      await space.delete("name");
      return [found, await space.toObject()];
    },
  ),
  "registered object": managed(
    (manager) => manager.create<Counter>("Counter", 2),
    async (counter) => await counter.add(1),
    async (counter) => {
      const found = [await counter.add(3), await outcome(() => counter.fail("there"))];
      const queue = await counter.makeQueue() as unknown as Queue<number>;
      await queue.put(4);
      return [...found, await queue.get(), await counter.echo(1n, new Set([-0]), "\ud800")];
    },
  ),
  "managed lock": managed(
    (manager) => manager.Lock(),
    async (lock) => [await lock.acquire({ block: false }), await lock.locked()],
    async (lock: Lock) => [await lock.acquire(), await lock.acquire({ block: false })],
  ),
  "handle in a dict": managed(
    (manager) => manager.dict<string, unknown>({ queue: manager.Queue() }),
    async (dict) => await (await dict.get("queue") as Queue<unknown>).get(),
    async (dict) => {
      const queue = await dict.get("queue") as Queue<unknown>;
      await queue.put(["by the dict", -0]);
      return await dict.get("queue") === queue;
    },
  ),
};
