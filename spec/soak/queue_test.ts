import { assert, assertEquals } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { kill } from "../_support/children.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { Process, Queue } from "../../mod.ts";
import { noteAll, putAndReturn } from "../queue/_fixtures/ways.ts";
import { lines } from "../_support/scratch.ts";
import { delay, rest, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";

test(
  "Queue passes a million items from one process to another, bounded, while the memory of both stays flat",
  async () => {
    const { code, stdout, stderr } = await run("queue/_programs/million.ts", { limit: 140_000 });
    assertEquals([code, stderr], [0, ""]);
    const { sum, count, owner, taker } = JSON.parse(stdout);
    assertEquals([sum, count], [1_000_000 * 999_999 / 2, 1_000_000]);
    // MiB between the first tenth and the end; the items alone, were they kept, would be far more.
    assert(owner < 64 && taker < 64, `grown by ${owner} and ${taker} MiB`);
  },
  { limit: 150_000 },
);

test(
  "Queue.get() of processes that are killed at any moment doubles nothing, and loses at most what they had just got",
  async () => {
    const queue = new Queue<number>(10);
    const path = `${scratch()}/had`;
    let kills = 0;
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        const child = new Process({ target: noteAll, args: [queue, path] }).start();
        const before = lines(path).length;
        await until(() => isOver || lines(path).length > before, "items are taken");
        await delay(kills % 7);
        if (isOver) await queue.qsize();
        else kills++;
        await kill(child);
      }
    })();
    for (const n of numbers(1_500)) {
      await queue.put(n);
      if (n % 20 === 0) await delay(1);
    }
    isOver = true;
    await killing;
    await queue.close();
    const had = [...lines(path).map(Number), ...await rest(queue)];
    assertEquals(new Set(had).size, had.length, "something is doubled");
    assert(kills > 2, `${kills} were killed`);
    assert(1_500 - had.length <= kills + 1, `${1_500 - had.length} lost by ${kills} kills`);
  },
  { limit: 60_000 },
);

test("Queue.put() that a child does not await is in the queue when it has returned, 100 000 of them", async () => {
  for (const maxsize of [0, 100_000]) {
    const queue = new Queue<number>(maxsize);
    const child = new Process({ target: putAndReturn, args: [queue, 100_000] }).start();
    assertEquals(await child.join(), 0);
    assertEquals(await queue.qsize(), 100_000);
    await queue.close();
    assertEquals(await rest(queue), numbers(100_000));
  }
}, { limit: 60_000 });

noLeaks();
