/**
 * A storm: processes of all roles use all objects while somebody outside kills them at random, until the file `stop` is
 * there: `storm.ts FOLDER`. Tells first whom not to kill, and at the end what came of it.
 */
import process from "node:process";
import {
  Barrier,
  Condition,
  Event,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  processTable,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  Value,
  WorkerLostError,
} from "../../../mod.ts";
import { note } from "../../_support/scratch.ts";
import * as roles from "../_fixtures/storm_roles.ts";
import type { Item, QueueName, Shared } from "../_fixtures/storm_roles.ts";

/** Tasks that are under way at the same time. */
const TASKS = 40;

/** Nothing that the storm waits for takes this long unless it is lost. */
const BOUND_MS = 60_000;

const QUEUES: readonly QueueName[] = ["unbounded", "bounded", "managed"];

/** Killed processes by role. */
const killed: Record<string, number> = {};

function within<T>(promise: PromiseLike<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} is pending`)), BOUND_MS);
    promise.then((value) => (clearTimeout(timer), resolve(value)), (error) => (clearTimeout(timer), reject(error)));
  });
}

// deno-lint-ignore no-explicit-any
type Role = (shared: Shared, name: string, ...rest: any[]) => Promise<void>;

/** Keeps one process of a role alive: when it was killed another one follows, under a name of its own. */
async function keep(shared: Shared, role: string, target: Role, ...rest: unknown[]): Promise<void> {
  for (let life = 0; !roles.isOver(shared); life++) {
    const child = new Process({ target, args: [shared, `${role}${life}`, ...rest] }).start();
    const code = await child.join();
    if (code === -9) killed[role] = (killed[role] ?? 0) + 1;
    else if (code !== 0) note(`${shared.folder}/violations`, `${role}${life} has ended with ${code}`);
  }
}

/** Talks to a child that may be killed at any moment, over and over. */
async function talk(folder: string): Promise<void> {
  while (!roles.isOver({ folder })) {
    const [mine, theirs] = Pipe<number>();
    const child = new Process({ target: roles.echo, args: [theirs] }).start();
    theirs.close();
    try {
      for (let n = 0; n < 200; n++) {
        await within(mine.send(n), "Connection.send()");
        const item = await within(mine.recv(), "Connection.recv()");
        if (item !== n) note(`${folder}/violations`, `the pipe gave ${item} for ${n}`);
      }
    } catch (error) {
      if (!["EOFError", "ClosedError"].includes((error as Error).name)) throw error;
    }
    mine.close();
    await within(child.join(), "Process.join()");
  }
}

/** Keeps a pool busy; each task is to settle once. */
async function employ(folder: string): Promise<{ settled: number; lost: number }> {
  const pool = new Pool(3, { maxRestarts: 1_000 }); // workers are killed while they start as well
  const counts: number[] = [];
  let lost = 0;
  const one = async () => {
    const n = counts.push(0) - 1;
    const once = () => void counts[n]!++;
    const task = pool.applyAsync(roles.work, [folder, n], { callback: once, errorCallback: once });
    try {
      if (await within(task, `task ${n}`) !== 2 * n) note(`${folder}/violations`, `task ${n} has another value`);
    } catch (error) {
      if (!(error instanceof WorkerLostError)) throw error;
      lost++;
    }
  };
  await Promise.all(Array.from({ length: TASKS }, async () => {
    while (!roles.isOver({ folder })) await one();
  }));
  pool.close();
  await within(pool.join(), "Pool.join()");
  const wrong = counts.findIndex((times) => times !== 1);
  if (wrong !== -1) note(`${folder}/violations`, `task ${wrong} has settled ${counts[wrong]} times`);
  return { settled: counts.length, lost };
}

/** Items that nobody has taken. */
async function rest(queue: Queue<Item>): Promise<Item[]> {
  const items: Item[] = [];
  await queue.close();
  for await (const item of queue) items.push(item);
  return items;
}

async function storm(folder: string): Promise<unknown> {
  const manager = new Manager().start();
  const dict = manager.dict<string, number>();
  await dict.size();
  const [first] = processTable();
  console.log(JSON.stringify({ spared: first!.pid }));
  const shared: Shared = {
    folder,
    unbounded: new Queue(),
    bounded: new Queue(10),
    managed: manager.Queue<Item>(100) as unknown as Queue<Item>,
    lock: new Lock(),
    rlock: new RLock(),
    semaphore: new Semaphore(2),
    total: new Value("i"),
    cells: new SharedArray("i", 2),
    dict,
    event: new Event(),
    condition: new Condition(),
    barrier: new Barrier(2),
  };
  const kept = [
    ...QUEUES.flatMap((queue) => [
      keep(shared, `producer-${queue}`, roles.produce, queue),
      keep(shared, `consumer-${queue}`, roles.consume, queue),
      keep(shared, `taker-${queue}`, roles.consume, queue),
    ]),
    ...["a", "b"].flatMap((each, at) => [
      keep(shared, `holder-${each}`, roles.exclude, "lock"),
      keep(shared, `owner-${each}`, roles.exclude, "rlock"),
      keep(shared, `guest-${each}`, roles.limit),
      keep(shared, `counter-${each}`, roles.count, at),
      keep(shared, `meeter-${each}`, roles.meet),
    ]),
    keep(shared, "guest-c", roles.limit),
    keep(shared, "sleeper", roles.sleep),
    keep(shared, "waker", roles.wake),
    keep(shared, "parent", roles.divide),
  ];
  const [tasks] = await Promise.all([employ(folder), talk(folder), ...kept]);
  const left: Record<string, Item[]> = {};
  for (const queue of QUEUES) left[queue] = await within(rest(shared[queue]), `the rest of ${queue}`);
  const total = await within(shared.total.get(), "Value.get()");
  const isLocked = await within(shared.lock.locked(), "Lock.locked()");
  const permits = await within(shared.semaphore.getValue(), "Semaphore.getValue()");
  await within(manager.shutdown(), "Manager.shutdown()");
  return { killed, tasks, left, total, isLocked, permits, children: processTable().length };
}

if (import.meta.main) console.log(JSON.stringify(await storm(process.argv[2]!)));
