import process from "node:process";
import { ConnectError, Process, Queue } from "../../mod.ts";
import {
  dieAfter,
  handOwn,
  noteAll,
  passOn,
  putAndCompute,
  putAndEnd,
  putAndReturn,
  putAndSpin,
  putForGood,
  putLarge,
  spinWhileWaiting,
  takeAndSpin,
  takeSome,
  wait,
  waitPut,
} from "./_fixtures/ways.ts";
import { fill, putMarkAndSpin } from "./_fixtures/fast.ts";
import { exists, lines } from "../_support/scratch.ts";
import { misuse } from "./_fixtures/misuse.ts";
import { putPlainly } from "./_fixtures/plain.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { delay, rest, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { numbers } from "../_support/numbers.ts";
import { kill } from "../_support/children.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("Queue.get() of a process that is killed while it waits takes nothing: the item goes to the next one", async () => {
  for (const order of ["before", "at once", "after"]) {
    const queue = new Queue<string>();
    const waiting = `${scratch()}/waiting`;
    const child = new Process({ target: wait, args: [queue, new Queue(), waiting] }).start();
    await until(() => exists(waiting), "the child waits");
    const taking = order === "before" ? queue.get() : null;
    process.kill(child.pid!, "SIGKILL");
    if (order === "after") await child.join();
    await queue.put("item");
    assertEquals(await (taking ?? queue.get()), "item");
    assertEquals([await child.join(), await queue.qsize()], [-9, 0]);
  }
});

test("Queue.get() of a process that is killed when it was given an item, and does not know, leaves the item to the next one, in its old place", async () => {
  const queue = new Queue<number>();
  const waiting = `${scratch()}/waiting`;
  const child = new Process({ target: spinWhileWaiting, args: [queue, waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  for (const n of [1, 2, 3]) await queue.put(n);
  assertEquals([await queue.qsize(), await queue.get()], [2, 2]);
  await kill(child);
  await until(async () => await queue.qsize() === 2, "the item is back");
  assertEquals([await queue.get(), await queue.get(), await queue.qsize()], [1, 3, 0]);
});

test(
  "Queue.get() of a process that kills itself in the moment in which it has its item: every item is had once",
  async () => {
    for (const maxsize of [0, 2]) {
      const queue = new Queue<number>(maxsize);
      const path = `${scratch()}/had`;
      const dying = numbers(8).map((n) => new Process({ target: dieAfter, args: [queue, n + 1, path] }).start());
      const lasting = new Process({ target: noteAll, args: [queue, path] }).start();
      let isOver = false;
      const ends = Promise.all(dying.map((child) => child.join())).finally(() => isOver = true);
      let count = 0;
      while (!isOver) {
        await queue.put(count++);
        if (count % 10 === 0) await delay(1);
      }
      assertEquals(await ends, dying.map(() => -9));
      await queue.close();
      assertEquals(await lasting.join(), 0);
      assertEquals(lines(path).map(Number).sort((a, b) => a - b), numbers(count));
    }
  },
  { limit: 60_000 },
);

test("Queue.get() of processes that are all given items and killed gives the items to others in the order of their puts", async () => {
  const queue = new Queue<number>();
  const folder = scratch();
  const children: Process[] = [];
  for (const n of numbers(4)) {
    children.push(new Process({ target: spinWhileWaiting, args: [queue, `${folder}/${n}`] }).start());
    await until(() => exists(`${folder}/${n}`), "the child waits");
  }
  for (const n of numbers(6)) await queue.put(n);
  assertEquals(await queue.qsize(), 2);
  for (const at of [2, 0, 3, 1]) await kill(children[at]!);
  await until(async () => await queue.qsize() === 6, "the items are back");
  await queue.close();
  assertEquals(await rest(queue), numbers(6));
});

test("Queue.get() of a process that then lets no event loop turn keeps no item from others", async () => {
  const queue = new Queue<number>();
  const path = `${scratch()}/had`;
  for (const n of numbers(2_000)) void queue.put(n);
  const child = new Process({ target: takeAndSpin, args: [queue, 500, path] }).start();
  await until(() => lines(path).length === 500, "the child has taken what it takes");
  const items: number[] = [];
  while (items.length < 1_500) items.push(await queue.get({ timeout: 10_000 }));
  assertEquals([...lines(path).map(Number), ...items], numbers(2_000));
  assertEquals([await queue.qsize(), await kill(child)], [0, -9]);
});

test("Queue.get() of a child that has taken some and ends leaves the others, in their order", async () => {
  const queue = new Queue<number>();
  const path = `${scratch()}/had`;
  for (const n of numbers(2_000)) void queue.put(n);
  for (const count of [1, 300, 700]) {
    assertEquals(await new Process({ target: takeSome, args: [queue, count, path] }).start().join(), 0);
  }
  await queue.close();
  assertEquals([...lines(path).map(Number), ...await rest(queue)], numbers(2_000));
});

test("Queue.get() of a process that is killed after many gives the others on, in their order", async () => {
  const queue = new Queue<number>();
  const path = `${scratch()}/had`;
  for (const n of numbers(2_000)) void queue.put(n);
  for (const count of [1, 300, 700]) {
    assertEquals(await new Process({ target: dieAfter, args: [queue, count, path] }).start().join(), -9);
  }
  await queue.close();
  assertEquals([...lines(path).map(Number), ...await rest(queue)], numbers(2_000));
});

test("Queue.put() of a process that is killed while it waits for room puts nothing, and the room is another's", async () => {
  const queue = new Queue<string>(1);
  const waiting = `${scratch()}/waiting`;
  await queue.put("first");
  const child = new Process({ target: waitPut, args: [queue, "the dead's", waiting] }).start();
  await until(() => exists(waiting), "the child waits");
  const mine = queue.put("mine");
  await kill(child);
  // Another process has come and gone since: so the end of the first one is known.
  assertEquals(await new Process({ target: putAndEnd, args: [new Queue(), 1] }).start().join(), 0);
  assertEquals(await queue.get(), "first");
  await mine;
  assertEquals([await queue.get(), await queue.qsize()], ["mine", 0]);
});

test(
  "Queue.put() of a process that is killed in the middle of large items puts whole items only, and all that it was told of",
  async () => {
    const size = 2 ** 20;
    for (const maxsize of [0, 100]) {
      const queue = new Queue<Float64Array>(maxsize);
      const path = `${scratch()}/put`;
      const child = new Process({ target: putLarge, args: [queue, path, size] }).start();
      await until(() => lines(path).length > 1, "two items are put");
      await kill(child);
      const told = lines(path).length;
      await queue.put(new Float64Array([-1]));
      await queue.close();
      const items = await rest(queue);
      assertEquals(items.pop()!.length, 1);
      assert(items.length >= told, `${items.length} of ${told} are there`);
      items.forEach((item, n) => {
        assertEquals([item.length, item[0], item.at(-1)], [size, n, n]);
      });
    }
  },
  { limit: 60_000 },
);

test("Queue.put() that a child does not await is in the queue when it has returned, 10 000 of them", async () => {
  for (const maxsize of [0, 10_000]) {
    const queue = new Queue<number>(maxsize);
    const child = new Process({ target: putAndReturn, args: [queue, 10_000] }).start();
    assertEquals(await child.join(), 0);
    assertEquals(await queue.qsize(), 10_000);
    await queue.close();
    assertEquals(await rest(queue), numbers(10_000));
  }
});

test("Queue.put() of a process that is killed when it has settled is in the queue", async () => {
  for (const maxsize of [0, 100_000]) {
    const queue = new Queue<number>(maxsize);
    const path = `${scratch()}/put`;
    const children = numbers(3).map(() => new Process({ target: putForGood, args: [queue, path] }).start());
    await until(() => lines(path).length > 1_000, "items are put");
    for (const child of children) await kill(child);
    await queue.close();
    const there = await rest(queue);
    assertEquals(new Set(there).size, there.length, "something is doubled");
    const all = new Set(there);
    assertEquals(lines(path).map(Number).filter((n) => !all.has(n)), []);
  }
});

test("Queue.put() of a process that is killed when it has put many leaves the rest of the room to others", async () => {
  const queue = new Queue<number>(100);
  const settled = `${scratch()}/settled`;
  const child = new Process({ target: putMarkAndSpin, args: [queue, 40, settled] }).start();
  await until(() => exists(settled), "the child has put its items");
  await kill(child);
  assertEquals([await fill(queue, { block: false }), await queue.qsize()], [60, 100]);
});

test(
  "Queue.put() of processes that stand still again and again is in the queue when it has settled, once, and the queue never holds more than maxsize",
  async () => {
    const queue = new Queue<number>(40);
    const path = `${scratch()}/put`;
    const children = numbers(2).map(() => new Process({ target: putForGood, args: [queue, path] }).start());
    const items: number[] = [];
    const takeSome = async (count: number) => {
      for (; count > 0; count--) {
        const size = await queue.qsize();
        assert(size <= 40, `it holds ${size}`);
        items.push(await queue.get());
      }
    };
    for (let round = 0; round < 24; round++) {
      await takeSome(100);
      const child = children[round % 2]!;
      process.kill(child.pid!, "SIGSTOP");
      await delay(15 * (round % 4));
      await fill(queue, { block: round % 3 !== 0, timeout: 2 });
      process.kill(child.pid!, "SIGCONT");
    }
    for (const child of children) await kill(child);
    await queue.close();
    const there = [...items, ...await rest(queue)].filter((item) => item !== -1);
    assertEquals(new Set(there).size, there.length, "something is doubled");
    const all = new Set(there);
    assertEquals(lines(path).map(Number).filter((n) => !all.has(n)), []);
  },
  { limit: 60_000 },
);

test("Queue.put() of a process that then lets no event loop turn is in the queue when it has settled", async () => {
  for (const maxsize of [0, 100]) {
    const queue = new Queue<number>(maxsize);
    const child = new Process({ target: putAndSpin, args: [queue, 20] }).start();
    const items: number[] = [];
    while (items.length < 20) items.push(await queue.get({ timeout: 10_000 }));
    assertEquals([items, child.isAlive()], [numbers(20), true]);
    await kill(child);
  }
});

test("Queue.put() of a process that computes after each put is in the queue when it has settled", async () => {
  for (const ms of [0.3, 4, 20]) {
    const queue = new Queue<number>();
    const child = new Process({ target: putAndCompute, args: [queue, 40, ms] }).start();
    const items: number[] = [];
    while (items.length < 40) items.push(await queue.get({ timeout: 10_000 }));
    assertEquals([items, child.isAlive()], [numbers(40), true]);
    await kill(child);
  }
});

test("Queue.put() of a child that puts much and ends is in the queue when the child is joined, before anybody gets", async () => {
  const queue = new Queue<Uint8Array>();
  const child = new Process({ target: putAndEnd, args: [queue, new Uint8Array(20_000_000).fill(7)] }).start();
  assertEquals(await child.join(), 0);
  assertEquals(await queue.qsize(), 1);
  const item = await queue.get();
  assertEquals([item.length, item.at(-1)], [20_000_000, 7]);
});

test("Queue.put() that a child does not await is in the queue when it was the first use of the library in it", async () => {
  for (const target of [putPlainly, putAndReturn]) {
    const queue = new Queue<number>();
    assertEquals(await new Process({ target, args: [queue, 1] }).start().join(), 0);
    assertEquals([await queue.qsize(), await queue.get()], [1, 0]);
  }
});

test("Queue.put() of a child whose item waits for room holds the child until there is some", async () => {
  const queue = new Queue<number>(1);
  const child = new Process({ target: putAndReturn, args: [queue, 3] }).start();
  await until(() => queue.full(), "the child has put an item");
  assertEquals(await child.join({ timeout: 300 }), null);
  assertEquals([await queue.get(), await queue.get(), await queue.get()], [0, 1, 2]);
  assertEquals(await child.join(), 0);
});

/** Uses queues whose process comes to its end, by that of the third. */
async function useUntilGone(end: (child: Process, last: Queue<number>) => void, code: number): Promise<void> {
  const ways = new Queue<Queue<number>[]>();
  const child = new Process({ target: handOwn, args: [ways] }).start();
  const [queue, full, last] = await ways.get() as [Queue<number>, Queue<number>, Queue<number>];
  await full.put(1);
  const pending = [queue.get(), queue.get({ timeout: 60_000 }), full.put(2), full.put(3, { timeout: 60_000 })];
  const ends = Promise.allSettled(pending);
  await queue.qsize();
  end(child, last);
  for (const result of await ends) {
    assert(result.status === "rejected" && result.reason instanceof ConnectError, JSON.stringify(result));
  }
  assertEquals(await child.join(), code);
  const acts = [() => queue.get(), () => queue.put(1), () => queue.getNowait(), () => full.qsize(), () => full.close()];
  for (const act of acts) await assertRejects(act, ConnectError);
}

test("Queue rejects with ConnectError at once when its process has been killed, calls that are pending and later ones", async () => {
  await useUntilGone((child) => process.kill(child.pid!, "SIGKILL"), -9);
});

test("Queue rejects with ConnectError at once when its process has ended, calls that are pending and later ones", async () => {
  await useUntilGone((_, last) => void last.put(0).catch(() => {}), 0);
});

test(
  "Queue, Lock and Manager go on where no file can be written or none can grow: nothing is lost, and no put is done twice",
  async () => {
    for (const blocks of [0, 16]) {
      const limits = `trap "" XFSZ; ulimit -f ${blocks}`;
      const { code, stdout, stderr } = await run("queue/_programs/full_disk.ts", { limits });
      const told = ["fromChild [0,300,true]", "toChild [44850,0]", "locked [0,0]", "managed [0,300]", ""];
      assertEquals([stdout.split("\n"), stderr, code], [told, "", 0]);
    }
  },
  { limit: 60_000 },
);

test("Queue goes on when another process has sent it what it cannot understand", async () => {
  const queue = new Queue<unknown>();
  await queue.put(1);
  const refusals = await misuse(queue);
  assertEquals(refusals, ["Error", "Error", "done", "Error", "Error"]);
  assertEquals([await queue.get(), await queue.get(), await queue.qsize()], [1, null, 0]);
  const back = new Queue<unknown>();
  const child = new Process({ target: passOn, args: [queue, back] }).start();
  await queue.put(2);
  assertEquals(await back.get(), 2);
  await queue.close();
  assertEquals(await child.join(), 0);
});

noLeaks();
