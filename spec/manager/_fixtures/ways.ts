/** Functions that children run with what a manager owns. */
import process from "node:process";
import {
  type Condition,
  type DictProxy,
  type Event,
  type JoinableQueue,
  type ListProxy,
  type Lock,
  Manager,
  type NamespaceProxy,
  Queue,
  type Remote,
  type SetProxy,
} from "../../../mod.ts";
import type { Counter } from "./types.ts";
import { mark } from "../../_support/scratch.ts";

/** Counts up in a dict, as often as it is told, one after the other. */
export async function setEach(dict: DictProxy<string, number>, prefix: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await dict.set(`${prefix}${n}`, n);
}

/** Sets and does not wait. */
export function setAndReturn(dict: DictProxy<string, number>, count: number): void {
  for (let n = 0; n < count; n++) void dict.set(`k${n}`, n);
}

export async function setAndMark(dict: DictProxy<string, number>, count: number, path: string): Promise<void> {
  await setEach(dict, "k", count);
  mark(path);
}

/** Pushes and does not wait. */
export function pushAndReturn(list: ListProxy<number>, count: number): void {
  for (let n = 0; n < count; n++) void list.push(n);
}

export async function pushOnto(list: ListProxy<unknown>, ...items: unknown[]): Promise<number> {
  return await list.push(...items);
}

/** Changes the list that is in a dict. */
export async function pushInside(dict: DictProxy<string, ListProxy<number>>, key: string, item: number): Promise<void> {
  await (await dict.get(key))!.push(item);
}

export async function addAll(set: SetProxy<number>, members: number[]): Promise<void> {
  for (const member of members) await set.add(member);
}

export async function setField(space: NamespaceProxy, name: string, value: unknown): Promise<void> {
  await space.set(name, value);
}

/** Adds under a lock to what is read first. */
export async function addUnder(lock: Lock, dict: DictProxy<string, number>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await using _held = await lock.hold();
    await dict.set("sum", (await dict.get("sum") ?? 0) + 1);
  }
}

/** Gives what it made itself. */
export async function leaveOwn(dict: DictProxy<string, unknown>, done: Queue<unknown>): Promise<void> {
  const own = new Queue<string>();
  await dict.set("own", own);
  await own.put("of the child's");
  await done.get();
}

export async function count(counter: Remote<Counter>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await counter.add();
}

export async function dealWith(queue: JoinableQueue<number>, into: ListProxy<number>): Promise<void> {
  for await (const item of queue) {
    await into.push(item);
    await queue.taskDone();
  }
}

export async function waitFor(event: Event): Promise<boolean> {
  return await event.wait();
}

export async function waitFor2(condition: Condition, ready: ListProxy<number>): Promise<void> {
  await condition.acquire();
  await ready.push(1);
  await condition.wait();
  await ready.push(2);
  await condition.release();
}

/** Takes the lock and never gives it back. */
export async function holdForGood(lock: Lock, path: string): Promise<void> {
  await lock.acquire();
  mark(path);
  await new Promise(() => setInterval(() => {}, 60_000)); // and makes nothing of its own, which would be left
}

/** Has a manager of its own. */
export async function manage(into: ListProxy<unknown>): Promise<void> {
  await using manager = new Manager();
  const dict = manager.dict({ pid: process.pid });
  await into.push(await dict.get("pid") === process.pid, manager.start === undefined);
}

/** Leaves its manager to itself. */
export async function manageAndLeave(into: ListProxy<unknown>): Promise<void> {
  const list = new Manager().list([1]);
  await into.push(await list.length());
}

/** Objects of a manager that were not empty when they were made. */
export type Filled = [
  Remote<Counter>,
  ListProxy<number>,
  DictProxy<string, number>,
  SetProxy<number>,
  NamespaceProxy<{ a: number }>,
];

/** Tells what is in each at once, until there is no more. */
export async function sizesOf(asked: Queue<Filled | null>, told: Queue<string>): Promise<void> {
  for (let each = await asked.get(); each !== null; each = await asked.get()) {
    const [counter, list, dict, set, space] = each;
    const sizes = [counter.add(0), list.length(), dict.size(), set.size(), space.get("a")];
    await told.put((await Promise.all(sizes)).join(" "));
  }
}

/** Sets both keys to the same number, again and again. */
export async function updateTogether(dict: DictProxy<string, number>, rounds: number): Promise<void> {
  for (let n = 1; n <= rounds; n++) await dict.update({ a: n, b: n });
}
