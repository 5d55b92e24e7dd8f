/** What a fork child gets from pools made before the fork, up to it and after it. */
import process from "node:process";
import { fork, Pool, snapshot } from "../../../mod.ts";
import { add, square } from "../../_support/arithmetic.ts";
import { trace } from "../_fixtures/replay_targets.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";

const pool = new Pool(2, { initializer: trace, initargs: [process.argv[2]!] });
const inside = await snapshot(() => pool.map(square, [1, 2, 3]));

async function drawn(values: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const value of values) all.push(value);
  return all.sort();
}

const called: unknown[] = [];
const callbacks = { callback: () => called.push("value"), errorCallback: () => called.push("error") };
const results: Record<string, () => unknown> = {
  apply: () => pool.apply(square, [3]),
  applyAsync: () => pool.applyAsync(square, [3], callbacks),
  map: () => pool.map(square, [3]),
  mapAsync: () => pool.mapAsync(square, [3], callbacks).get(),
  starmap: () => pool.starmap(add, [[1, 2]]),
  starmapAsync: () => pool.starmapAsync(add, [[1, 2]]),
  imap: () => drawn(pool.imap(square, [3])),
  imapUnordered: () => drawn(pool.imapUnordered(square, [3])),
};
const given: [string, unknown][] = [];
for (const [name, act] of Object.entries(results)) given.push([name, await outcome(act)]);
void pool.apply(square, [4]); // nobody awaits it

const other = new Pool(1);
other.close();
const third = new Pool(1);
const ends = [
  await outcome(() => other.join()),
  await outcome(() => third.terminate()),
  await outcome(() => third.join()),
];
ends.push(await outcome(() => other.apply(square, [3])), await outcome(() => pool.join()));

if (fork() === 0) {
  tell("child", inside, called, ends, given);
  const acts = { ...results, close: () => pool.close(), terminate: () => pool.terminate(), join: () => pool.join() };
  for (const [name, act] of Object.entries(acts)) tell("refused", name, await outcome(act));
  tell("disposed", await outcome(() => pool[Symbol.asyncDispose]()), called);
  await using own = new Pool(1);
  tell("own", await own.map(square, [5]));
} else {
  tell("parent", inside, called, ends, given);
  tell("codes", await reap());
  tell("after", await pool.apply(square, [5]));
  await pool.terminate();
}
